"""Which rules hold until the joint meeting says otherwise?

No charter of the alliance has been published. What two newspapers report of its founding is :data:`STATED`;
everything else is :data:`DEFAULTS`, drawn from the charters of comparable bodies, and stays unconfirmed until a
resolution says so.
"""

from datetime import date

EFFECTIVE = date(2025, 11, 17)  # the founding day

HAIXIA = "海峡网 2025-11-18"
FUZHOU_DAILY = "福州日报 2025-11-19 https://fdi.swt.fujian.gov.cn/show-28914.html"
BOTH = f"{HAIXIA}；{FUZHOU_DAILY}"

MORE_THAN_HALF = {"kind": "fraction", "numerator": 1, "denominator": 2, "inclusive": False}
TWO_THIRDS_OF_ALL = {"kind": "fraction", "base": "all", "numerator": 2, "denominator": 3, "inclusive": True}


def _days(number):
    return {"kind": "days", "number": number}


def _working(number):
    return {"kind": "working_days", "number": number}


def _count(number):
    return {"kind": "count", "number": number}


#: (code, what it is, Chinese sentence, English sentence)
DEFAULTS = (
    ("notice_days", _days(10), "召开会议应提前10日书面通知", "A meeting is called in writing 10 days ahead"),
    (
        "urgent_notice_days",
        _working(3),
        "紧急会议应提前3个工作日通知",
        "An urgent meeting is called 3 working days ahead",
    ),
    (
        "item_days",
        _working(7),
        "议题应于会前7个工作日送秘书处",
        "Items reach the secretariat 7 working days before the meeting",
    ),
    (
        "reply_days",
        _working(2),
        "会议回执应于会前2个工作日送秘书处",
        "Replies reach the secretariat 2 working days before the meeting",
    ),
    (
        "late_item",
        {**MORE_THAN_HALF, "base": "present"},
        "逾期提出的议题，须经到会成员单位过半数同意方可列入议程",
        "A late item is taken up only if more than half of the units present agree",
    ),
    (
        "quorum",
        TWO_THIRDS_OF_ALL,
        "三分之二以上（含本数）成员单位到会方可开会",
        "The meeting may begin when two thirds or more of all units are present",
    ),
    (
        "ordinary",
        {**MORE_THAN_HALF, "base": "present"},
        "一般事项，到会成员单位过半数同意即通过",
        "Ordinary matters pass with more than half of the units present",
    ),
    (
        "charter_change",
        TWO_THIRDS_OF_ALL,
        "修改章程，全体成员单位三分之二以上同意方可通过",
        "A change of the charter needs two thirds or more of all units",
    ),
    (
        "admission",
        TWO_THIRDS_OF_ALL,
        "接纳新成员，全体成员单位三分之二以上同意方可通过",
        "Admission of a member needs two thirds or more of all units",
    ),
    (
        "expulsion",
        TWO_THIRDS_OF_ALL,
        "除名，全体成员单位三分之二以上同意方可通过",
        "Expulsion of a member needs two thirds or more of all units",
    ),
    (
        "dissolution",
        TWO_THIRDS_OF_ALL,
        "解散联盟，全体成员单位三分之二以上同意方可通过",
        "Dissolution needs two thirds or more of all units",
    ),
    (
        "chair_election",
        {**MORE_THAN_HALF, "base": "present", "secret": True},
        "主任单位以无记名投票方式产生，到会成员单位过半数同意即当选",
        "The chair unit is elected by secret ballot with more than half of the units present",
    ),
    (
        "extraordinary_call",
        {"kind": "fraction", "base": "all", "numerator": 1, "denominator": 3, "inclusive": True},
        "三分之一以上成员单位提议，应召开临时联席会议",
        "An extraordinary meeting is called when one third or more of all units ask for it",
    ),
    (
        "extraordinary_days",
        _working(5),
        "提议成立后，秘书处应在5个工作日内发出临时联席会议通知",
        "The secretariat calls the extraordinary meeting within 5 working days",
    ),
    (
        "nomination_days",
        _days(60),
        "主任单位任期届满前60日起接受提名",
        "Nominations for the chair unit open 60 days before the term ends",
    ),
    (
        "handover_days",
        _working(5),
        "新任主任单位任期开始后5个工作日内完成交接签字",
        "The hand-over is signed within 5 working days of the new chair term",
    ),
    (
        "written_vote",
        {**MORE_THAN_HALF, "base": "all"},
        "书面表决以全体成员单位为基数，未答复不计为同意",
        "In a written vote the base is all units; no answer is no vote",
    ),
    (
        "written_min_days",
        _working(5),
        "书面表决期限不少于5个工作日",
        "A written vote lasts at least 5 working days",
    ),
    (
        "written_max_days",
        _working(10),
        "书面表决期限不超过10个工作日",
        "A written vote lasts at most 10 working days",
    ),
    (
        "written_objection",
        _count(3),
        "3家以上成员单位要求的，书面表决事项改为开会审议",
        "When 3 units demand it, the matter of a written vote goes to a meeting",
    ),
    (
        "written_exclusion",
        {"kind": "text"},
        "人事事项不得采用书面表决",
        "Personnel matters are not decided by written vote",
    ),
    (
        "proxies",
        _count(1),
        "一个成员单位至多接受一个单位的委托",
        "A unit holds at most one proxy",
    ),
    (
        "proxy_presence",
        _count(1),
        "由代理人出席的单位计入到会（0为不计入）",
        "A unit represented by proxy counts as present (0: it does not)",
    ),
    (
        "leave_notice_days",
        _days(30),
        "退出联盟应提前30日书面通知秘书处",
        "A member leaves with 30 days' written notice to the secretariat",
    ),
    (
        "minutes_comment_days",
        _working(5),
        "会议纪要草稿征求意见期为5个工作日",
        "Draft minutes are open to comment for 5 working days",
    ),
    (
        "minutes_silence",
        _count(0),
        "逾期未会签的，纪要如实记为“未会签”，不视为无异议（1为视为无异议）",
        "A unit that does not sign in time is recorded as not signed; silence is no consent (1: it is)",
    ),
    (
        "minutes_short_form",
        _count(1),
        "会议主持单位可不经征求意见直接审定印发纪要（0为须先征求意见）",
        "The unit that presided may issue minutes without circulating the draft (0: it may not)",
    ),
)

#: (code, what it is, Chinese sentence, English sentence, source)
STATED = (
    (
        "top_body",
        {"kind": "text"},
        "全体成员联席会议是最高议事决策机构",
        "The joint meeting of all members is the highest deliberative and decision-making body",
        HAIXIA,
    ),
    ("rotating_chair", {"kind": "text"}, "实行主任单位轮值制", "The chair unit rotates", HAIXIA),
    (
        "chair_selection",
        {"kind": "text"},
        "主任单位由全体成员联席会议讨论研究决定",
        "The chair unit is decided by the joint meeting of all members",
        HAIXIA,
    ),
    (
        "chair_term_years",
        _count(1),
        "主任单位每届任期一年",
        "Each chair term is one year",
        HAIXIA,
    ),
    (
        "first_chair",
        {"kind": "text"},
        "首届主任单位为福州高新区",
        "The first chair is Fuzhou High-tech Zone",
        BOTH,
    ),
    (
        "secretariat_host",
        {"kind": "text"},
        "联盟设秘书处，挂靠福州高新区",
        "The alliance has a secretariat attached to Fuzhou High-tech Zone",
        HAIXIA,
    ),
    (
        "secretariat_duties",
        {"kind": "text"},
        "秘书处负责日常事务处理、联络协调、会议组织、信息沟通等",
        "The secretariat handles daily affairs, liaison, the organisation of meetings and information",
        HAIXIA,
    ),
    (
        "tenet",
        {"kind": "text"},
        "联盟宗旨：协调创新、资源共享、产业联动、共赢发展",
        "Tenet: coordinated innovation, shared resources, linked industries, win-win growth",
        BOTH,
    ),
)
