"""Number text and digits to what the plan says of them: valid or not, whose.

Numbers come in; validity and operator go out. Knows no person and no campaign.
"""
