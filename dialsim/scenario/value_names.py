"""What values of scenario files are called in Chinese: purposes, categories, classes, places."""

from __future__ import annotations

CHINESE = {
    # purposes
    "marketing": "营销",
    "service": "服务",
    "collections": "催收",
    # categories of campaigns and filings
    "loan": "贷款",
    "insurance": "保险",
    "securities": "证券",
    "estate": "房产",
    "education": "教育",
    "credit_card": "信用卡",
    "other": "其他",
    # sectors of enterprises
    "banking": "银行",
    "lending": "放贷",
    "consumer credit": "消费信贷",
    "real_estate": "房地产",
    "retail": "零售",
    "telecom": "电信",
    "healthcare": "医疗健康",
    "travel": "旅游",
    "government": "政务",
    # classes of caller IDs
    "fixed": "固话",
    "mobile": "手机",
    "95_enterprise": "95 企业",
    "95_b24": "95 呼叫中心",
    "96": "96",
    "1010": "1010",
    "400": "400",
    "106": "106",
    "axb": "AXB 中间号",
    "privacy": "700 中间号",
    # provinces
    "Anhui": "安徽",
    "Beijing": "北京",
    "Chongqing": "重庆",
    "Fujian": "福建",
    "Gansu": "甘肃",
    "Guangdong": "广东",
    "Guangxi": "广西",
    "Guizhou": "贵州",
    "Hainan": "海南",
    "Hebei": "河北",
    "Heilongjiang": "黑龙江",
    "Henan": "河南",
    "Hubei": "湖北",
    "Hunan": "湖南",
    "Inner Mongolia": "内蒙古",
    "Jiangsu": "江苏",
    "Jiangxi": "江西",
    "Jilin": "吉林",
    "Liaoning": "辽宁",
    "Ningxia": "宁夏",
    "Qinghai": "青海",
    "Shaanxi": "陕西",
    "Shandong": "山东",
    "Shanghai": "上海",
    "Shanxi": "山西",
    "Sichuan": "四川",
    "Tianjin": "天津",
    "Tibet": "西藏",
    "Xinjiang": "新疆",
    "Yunnan": "云南",
    "Zhejiang": "浙江",
    # mechanisms of the network that a scenario may switch off
    "refuse_call": "谢绝来电",
    "frequency": "高频拦截",
    "contract": "线路合同",
    "complaints": "投诉处置",
    "labels": "号码标记",
    "signalling": "信令失真",
    "recording_notice": "录音告知",
    "behaviour": "行为规则",
    "terminating": "被叫侧判定",
    "callbacks": "回拨核实",
    "subscriber_blocks": "用户自设屏蔽",
    "gateway": "国际关口局",
    "traceback": "溯源",
    "appeals": "申诉",
    "platform": "平台连带",
    "inheritance": "替换号码继承处置",
    "label_appeals": "标记申诉",
    # kinds of files
    "internal": "内部免打扰",
    "industry": "行业免打扰",
    "refused": "谢绝来电",
    "protected": "受保护号码",
    "withdrawals": "撤回同意",
    "earlier calls": "历史呼叫",
    "states of caller IDs": "号码历史状态",
    "registries": "禁呼名单",
}


def in_chinese(value: str) -> str:
    """Return what a value is called in Chinese; one without a name of its own stays as it is.

    >>> in_chinese("credit_card"), in_chinese("CTCC")
    ('信用卡', 'CTCC')
    """
    return CHINESE.get(value, value)
