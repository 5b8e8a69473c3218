"""All codes that are stored in arrays, hashed or written to files.

The numbers are fixed for ever: a code may be added, never renumbered, because digests, logs and
golden results hold them. Each code stands in one enum and its name is what outputs print.
"""

from enum import IntEnum


class Kind(IntEnum):
    """Kinds of events in the queue; within a tick events run in this order."""

    CASE = 0  # a complaint case reaches its next stage
    NETWORK = 1  # a step of the network: of a ladder, a gateway, a label, a trunk, a registration
    WITHDRAWAL = 2  # a consent withdrawn from outside
    CALL_END = 3
    WAIT_END = 4  # a waiting callee is released or hangs up
    ANSWER = 5
    AGENT = 6  # wrap-up ends
    SHIFT = 7  # an agent group logs in or out
    WINDOW = 8  # a calling-hours class opens or closes
    DUE = 9  # a lead may be tried again
    CALLER = 10  # a caller ID or a trunk is free again
    PACE = 11  # a campaign decides how many to dial
    DIAL = 12  # one dial


class LeadState(IntEnum):
    """State of a lead; the transitions are in ``engine/transitions.py``."""

    FRESH = 0  # never looked at
    READY = 1  # in a ready list: may be dialled as soon as a resource is free
    SLEEPING = 2  # in the queue until its due tick
    HELD = 3  # its person is on a call of another campaign
    DIALLING = 4  # from the attempt's first tick to answer or failure
    WAITING = 5  # answered, no agent yet
    TALKING = 6  # with an agent
    FINISHED = 7  # for good; the reason says why


class Reason(IntEnum):
    """Why a lead may not be called, or why it is finished. 0 means "may be called"."""

    NONE = 0
    # compliance: FINAL
    INVALID_NUMBER = 1
    PROTECTED_NUMBER = 2
    DUPLICATE = 3
    NO_CONSENT = 4
    CONSENT_WITHDRAWN = 5
    INTERNAL_DNC = 6
    SUSPECTED_BLOCK = 7  # seen or suspected as intercepted: never tried from another number
    CALLER_NOT_ALLOWED = 8
    PURPOSE_NOT_FILED = 9
    WRONG_PURPOSE = 10  # consent on record, for another purpose
    CONSENT_EXPIRED = 11
    NO_CONSENT_PROOF = 12  # consent on record, no evidence of it
    NO_EXPORT_CONSENT = 13  # the campaign takes data abroad, the person did not agree to it
    INDUSTRY_DNC = 14
    REFUSE_CALL = 15  # refused this category of calls, as an operator's scrub said
    OTHER_COUNTRY = 16  # number of a country or a zone the list does not name
    UNUSABLE_ROW = 17  # the row of the list says something that cannot be understood
    DECLINED = 18  # "not interested": no marketing until a new consent, or until that has lapsed
    # compliance: UNTIL
    OUTSIDE_HOURS = 20
    CALLEE_LIMIT = 21
    RETRY_GAP = 22
    PAIR_LIMIT = 23  # calls from this caller ID to this person
    NOT_RUNG = 24  # a call from another caller ID cannot have rung: it may have been intercepted
    # compliance: ON
    PERSON_BUSY = 30
    CALLER_LIMIT = 31
    TRUNK_LIMIT = 32
    NO_AGENT = 33
    ENTERPRISE_LIMIT = 34
    ABANDON_GUARD = 35
    # outcomes that finish a lead
    CONNECTED = 40
    ATTEMPTS_USED = 41
    NO_RETRY = 42  # the scenario names no retry for the seen outcome
    # how the campaign ended for a lead that is not finished
    OUT_OF_TIME = 50


class Verdict(IntEnum):
    """The kind of answer of the compliance kernel."""

    GO = 0
    FINAL = 1
    UNTIL = 2
    ON = 3


class Window(IntEnum):
    """Kinds of windows of limits."""

    SLIDING = 0  # every span of its length
    ANCHORED = 1  # opens with the first call it counts, and opens anew after its end
    CALENDAR = 2  # days or weeks of the scenario's time zone


class Counted(IntEnum):
    """Attempts that a limit counts, by observed outcome."""

    ATTEMPTS = 0
    ANSWERS = 1  # connected, abandoned, or an assistant
    CONNECTS = 2
    DROPS = 3  # answered, and no agent was free
    NOT_RUNG = 4  # ended too soon to have rung


class Scope(IntEnum):
    """Scope of a limit: whose attempts it counts."""

    PERSON = 0  # to any of the person's numbers
    NUMBER = 1  # to the number dialled now
    PAIR = 2  # from the caller ID chosen now
    OPERATOR = 3  # of a limit on caller IDs: to numbers of the operator of the number dialled
    OTHERS = 4  # from other caller IDs than the one chosen now


class Seen(IntEnum):
    """Outcome as the dialer observes it, from signalling and its own agents alone."""

    NONE = 0
    CONNECTED = 1  # a person with an agent
    ABANDONED = 2  # answered, no agent in time
    ASSISTANT = 3  # the agent heard a call assistant or voicemail
    NO_ANSWER = 4
    BUSY = 5
    UNREACHABLE = 6
    INVALID = 7
    BLOCKED = 8  # the signalling names a block (473-478, 603)
    LINE_REJECTED = 9  # 403 or 503: the line itself was refused
    CANCELLED = 10  # the dialer gave up while it rang: the consent had been withdrawn
    REFUSED = 11  # the operator tells that the callee refuses this category of calls


class Announcement(IntEnum):
    """Announcement heard in place of an answer, as a dialer classifies early media."""

    NONE = 0  # nothing that could be told
    POWERED_OFF = 1
    EMPTY = 2
    SUSPENDED = 3
    IN_CALL = 4
    REJECTED = 5
    UNREACHABLE = 6
    OUT_OF_SERVICE = 7
    BUSY = 8
    INCOMING_BARRED = 9
    SECRETARY = 10
    FORWARD_FAILED = 11
    NETWORK_BUSY = 12
    NO_ANSWER = 13
    ARREARS = 14
    NUMBER_CHANGED = 15
    LINE_FAULT = 16
    REDIAL_LATER = 17
    CALL_RESTRICTED = 18


class Cause(IntEnum):
    """True cause of an attempt's end; known to the network only."""

    NONE = 0
    LIVE = 1  # a person picked up
    ASSISTANT = 2  # a call assistant or voicemail picked up
    NO_ANSWER = 3
    BUSY = 4
    UNREACHABLE = 5  # off or out of coverage
    INVALID = 6  # unallocated or out of service
    REFUSED_CATEGORY = 7  # refuse-call registry, filed category
    REFUSED_FLAGGED = 8  # refuse-call registry, unregistered caller ID flagged as high-frequency
    THROTTLED = 9
    CONTRACT_CALLEE = 10  # trunk contract: calls to one callee a day or a month
    LINE_SHUT = 11  # suspended, closed or stopped
    NOT_AUTHENTIC = 12  # the class may not originate calls
    CANCELLED = 13  # the dialer gave up while it rang
    # further blocks: see `dialsim.core.causes`
    THROTTLED_THERE = 14  # by the callee's operator
    SHUT_THERE = 15  # the callee's operator lets no call of this caller ID through
    BLOCKED_BY_CALLEE = 16  # by the handset's own blacklist
    BLOCKED_PREFIX = 17  # the callee lets no numbers of this class through
    BLOCKED_INTERNATIONAL = 18  # the callee lets no calls from abroad through
    GATEWAY_SHUT = 19  # the international gateway is blocked
    GATEWAY_THROTTLED = 20  # more calls than the gateway may bring in
    CONTRACT_VOLUME = 21  # trunk contract: calls of the trunk a day
    CONTRACT_CONCURRENCY = 22  # trunk contract: calls of the trunk at a time


class Action(IntEnum):
    """Actions of the network's ladder, in order of severity."""

    NONE = 0
    WARN = 1
    THROTTLE = 2
    INTERCEPT = 3
    SUSPEND = 4
    CLOSE = 5
    STOP = 6  # every number of the enterprise
    LABEL = 7
    REVIEW = 8
    LIFT = 9
    SPARE = 10  # a rung does not take effect: the test call was answered
    UPHOLD = 11  # an appeal failed: what was done stands
    REGISTER = 12  # a filing takes effect
    DEREGISTER = 13


class Rule(IntEnum):
    """The network's rule behind an intervention."""

    NONE = 0
    CALLS_PER_HOUR = 1
    CALLS_PER_DAY = 2
    COMPLAINTS_NUMBER = 3
    COMPLAINTS_ENTERPRISE = 4
    MARKS = 5
    SHORT_CALLS = 6
    UNANSWERED = 7
    TALK_TIME = 8
    NEW_CALLEES_5MIN = 9
    NEW_CALLEES_DAY = 10
    REPEATS = 11
    SHORT_ENTERPRISE = 12
    GATEWAY = 13  # traffic of an international gateway, whoever's
    GATEWAY_CALLS = 14
    CONTRACT_VOLUME = 15
    CONTRACT_CONCURRENCY = 16
    CONTRACT_COMPLAINTS = 17
    TRACEBACK = 18  # no answer in time to who had called, and why
    APPEAL = 19
    PLATFORM = 20  # what other clients of the call-centre platform did
    FILING = 21
    DATED = 22  # an event of the scenario: throttled or intercepted between two dates
    DATED_GATEWAY = 23  # the same: blocked at an international gateway


class EventCode(IntEnum):
    """A person's reaction after a call, or the enterprise's notice of a complaint."""

    OPT_OUT = 1
    MARK = 2
    COMPLAINT_12321 = 3
    COMPLAINT_HOTLINE = 4
    COMPLAINT_SECTOR = 5  # the sector's regulator, such as 12378
    PASSED_ON = 6  # the enterprise learns of a complaint of the person


class Purpose(IntEnum):
    """Purpose of a campaign; bit ``1 << purpose`` of a person's consent."""

    MARKETING = 0
    SERVICE = 1
    COLLECTIONS = 2


class Category(IntEnum):
    """Trade of a call; bit ``1 << category`` of a person's refusals."""

    LOAN = 0
    INSURANCE = 1
    SECURITIES = 2
    ESTATE = 3
    EDUCATION = 4
    CREDIT_CARD = 5
    OTHER = 6


class NumberClass(IntEnum):
    """Class of a number; up to AXB they may be caller IDs."""

    FIXED = 0
    MOBILE = 1
    ENTERPRISE_95 = 2
    B24_95 = 3
    N96 = 4
    N1010 = 5
    N400 = 6
    N106 = 7
    AXB = 8  # as a caller ID; a callee's number does not show that it is one
    SHORT_CODE = 9  # 100xx, 12xxx: carriers' and government services
    EMERGENCY = 10
    IOT = 11  # machines: 13-digit and data numbers
    SATELLITE = 12
    TOLL_FREE = 13
    PREMIUM_RATE = 14
    SHARED_COST = 15
    VOIP = 16
    PERSONAL = 17
    PAGER = 18
    UAN = 19  # one number for a whole enterprise, outside China
    VOICEMAIL = 20
    FIXED_OR_MOBILE = 21  # where the plan does not tell them apart
    PRIVACY = 22  # 700: intermediate numbers; as a caller ID the network judges it as AXB
    UNKNOWN = 255


class Operator(IntEnum):
    """Operator of a number."""

    CMCC = 0
    CUCC = 1
    CTCC = 2
    CBN = 3
    MVNO = 4
    ABROAD = 5  # any operator outside mainland China


class Province(IntEnum):
    """Province of a number in mainland China; 0: unknown, or outside it."""

    UNKNOWN = 0
    ANHUI = 1
    BEIJING = 2
    CHONGQING = 3
    FUJIAN = 4
    GANSU = 5
    GUANGDONG = 6
    GUANGXI = 7
    GUIZHOU = 8
    HAINAN = 9
    HEBEI = 10
    HEILONGJIANG = 11
    HENAN = 12
    HUBEI = 13
    HUNAN = 14
    INNER_MONGOLIA = 15
    JIANGSU = 16
    JIANGXI = 17
    JILIN = 18
    LIAONING = 19
    NINGXIA = 20
    QINGHAI = 21
    SHAANXI = 22
    SHANDONG = 23
    SHANGHAI = 24
    SHANXI = 25
    SICHUAN = 26
    TIANJIN = 27
    TIBET = 28
    XINJIANG = 29
    YUNNAN = 30
    ZHEJIANG = 31


class RowFault(IntEnum):
    """Why a row of a list cannot be used. 0 means it can."""

    NONE = 0
    # what stands for a number
    NO_NUMBER = 1  # an empty cell
    NO_DIGITS = 2  # text without a digit
    LETTERS = 3  # letters among the digits
    BAD_CHARACTER = 4  # NUL or another control character, or bytes that are no text
    TOO_LONG = 5
    TOO_SHORT = 6
    LOST_DIGITS = 7  # 1.38E+10: a spreadsheet has rounded it
    FRACTION = 8  # 13800000000.5
    SEVERAL_NUMBERS = 9  # more than one number in a cell, and not clear where one ends
    UNKNOWN_COUNTRY = 10  # a country code nobody has
    NOT_ALLOCATED = 11  # the numbering plan knows no such number
    SERVICE_NUMBER = 12  # emergency, government, carrier and enterprise service numbers
    MACHINE_NUMBER = 13  # IoT and data numbers: nobody answers
    INTERMEDIATE_NUMBER = 14  # of the number-protection service: reaches whom it is bound to
    SHORT_INTERMEDIATE = 15  # 700 and fewer than 15 digits in all
    # the other columns
    OTHER_COUNTRY = 20  # a number of a country the list does not name
    BAD_DATE = 21
    BAD_PURPOSE = 22
    BAD_RELATION = 23
    BAD_TIME_ZONE = 24
    BAD_HOUR = 25
    BAD_COUNT = 26  # prior attempts or priority: no whole number, or out of range
    BAD_ANSWER = 27  # neither yes nor no
    # the row itself
    MALFORMED_ROW = 40  # more or fewer fields than the header
    # what stands for a number, too
    MASKED_DIGITS = 41  # 138****0001


class Relation(IntEnum):
    """Relation of a list's people to the enterprise."""

    OPTED_IN = 0
    BOUGHT = 1


class AgentState(IntEnum):
    """State of an agent; staffed time is every state but OFF."""

    OFF = 0
    IDLE = 1
    TALK = 2
    WRAP_UP = 3


class Limit(IntEnum):
    """What kept a campaign from dialling more, for the binding constraint."""

    CLOSED = 0  # outside hours or shifts
    AGENTS = 1
    CALLER_IDS = 2
    TRUNKS = 3
    LEADS = 4  # nobody due
    NOTHING = 5
    ENTERPRISE = 6  # own limit over all caller IDs
    ABANDON_GUARD = 7  # one more dial might be one dropped call too many
    RATE = 8  # no more are wanted a minute
    POLICY = 9  # a user's policy asks for no more


class Status(IntEnum):
    """Why ``advance`` returned."""

    REACHED = 0  # everything before ``until`` is done
    YIELD = 1  # the budget of events is spent
    NEED_LEADS = 2  # the next fresh lead is not resident
    LOG_FULL = 3
    CASES_FULL = 4
    DONE = 5


class Stream(IntEnum):
    """Numbered random streams; one purpose each."""

    # who people are: drawn with the list seed
    OPERATOR = 1
    PORTED = 2
    ZONE = 3
    CONSENT = 4
    GENUINE = 5
    INTERNAL_DNC = 6
    NUMBER_STATUS = 7
    REGISTERED = 8
    REFUSED = 9
    WHITELIST = 10
    PROPENSITY = 11
    ARRIVES_LABELLED = 12
    INDUSTRY_DNC = 13
    RELATION = 14
    DORMANT = 15
    HANDSET = 16
    BLOCKS = 17
    POSTERIOR = 18  # n = candidate: the base that draws it; whether a candidate is taken
    PROVINCE = 30
    # what happens: drawn with the run's seed, entity = person, n = attempt
    REFUSE_CALL = 32
    THROTTLE = 33
    UNREACHABLE = 34
    BUSY = 35
    ANSWER = 36
    ASSISTANT = 37
    POST_DIAL = 38
    RING = 39
    TALK = 40
    ASSISTANT_TALK = 41
    PATIENCE = 42
    SIGNAL = 43
    SIGNAL_DELAY = 44
    OPT_OUT = 45
    MARK = 46
    COMPLAINT = 47
    HOTLINE = 48
    ENTERPRISE_STOP = 49
    WRAP_UP = 50
    CALLBACK_TEST = 51
    CALLBACK_SPARED = 52
    THROTTLE_THERE = 53
    GATEWAY_BLOCK = 54
    GATEWAY_THROTTLE = 55
    HANDSET_BLOCK = 56
    RECORDING_NOTICE = 57
    ANNOUNCEMENT = 58
    COMPLAINT_SECTOR = 59
    APPEAL = 60
    PLATFORM_STOP = 61
    ABSENCE = 62  # of an agent, n = day
    PACING = 63  # of a campaign, n = dials so far: the gap to the next one
    AGREED = 64  # whether a callee and an agent agree on another call, and when
    TRANSFER = 65  # whether a callee asks a robot for a person
    HOLD = 66  # how long the callee waits for one
    TRANSFER_TALK = 67
    REHEARSAL = 68  # of a campaign, n = decision, run and place in it: how a call played again ends
    DECLINED = 69  # whether a connected callee says that they are not interested


NO_INDEX = -1
"""Where the index of an agent, a call or a lead stands: there is none."""

FIRST_TRUNK = -2
"""`target` of an action on trunk 0; one less for the next trunk."""

FIRST_RANGE = -1000
"""`target` of an action on the first range of caller IDs; one less for the next range."""
