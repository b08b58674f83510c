"""Who plays: the accounts that act, and what each zone does in the invented meeting."""

OFFICE, CHAIR = "secretariat", "fuzhou-delegate"
NOMINEE = "xiamen-torch"
COMING = (
    "fuzhou",
    "xiamen-torch",
    "quanzhou",
    "zhangzhou",
    "putian",
    "longyan",
    "wuping",
    "quanzhou-semi",
    "zherong",
)
EXCUSED = {"sanming": "当日有省级检查（演示）", "xiamen-ocean": "主要负责同志出差（演示）"}
BY_LINK = "putian"  # answers with one tap from the mail
FOR = ("fuzhou", "xiamen-torch", "quanzhou", "zhangzhou", "putian", "longyan")  # each on its own telephone
SCRUTINEERS = ("quanzhou", "longyan")  # watch over the secret ballot
ALSO_FOR, AGAINST, ABSTAINING = "wuping", "quanzhou-semi", "zherong"
