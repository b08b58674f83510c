"""Accounts for a trial: one for each role and zone, named by role and never after a person, and fictional companies.

They share one published password, so an installation that the public can reach refuses to start with them.
"""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password

from members.mandates import Role
from members.membership import members
from members.models import Industry, Mandate, Organization, User
from members.uscc import INNER_WEIGHTS, check_character

from .members import FOUNDED

PASSWORD = "lianmeng-demo-2026"  # noqa: S105  published on purpose; see the module
ZONE_ROLES = {
    Role.DELEGATE: "成员代表",
    Role.LIAISON: "联络员",
    Role.EDITOR: "园区编辑",
    Role.SERVICE: "园区服务专员",
}
COMPANIES = (
    ("company-1", "示例企业一（光电）有限公司", "示例企业一", "Example Optics Ltd", "xiamen-torch", "opto"),
    ("company-2", "示例企业二（生物医药）有限公司", "示例企业二", "Example Biomedicine Ltd", "fuzhou", "bio"),
    (
        "company-3",
        "示例企业三（新材料）有限公司",
        "示例企业三",
        "Example Materials Ltd",
        "quanzhou",
        "newmat",
    ),
)


def load() -> dict[str, int]:
    """Everything of this chapter; returns how many rows were new. Writes the list of accounts for ``serve`` to show."""
    before = User.objects.count()
    encoded = make_password(PASSWORD)

    def account(username, name, unit, role):
        person, made = User.objects.get_or_create(
            username=username,
            defaults={
                "name": name,
                "email": f"{username}@example.invalid",
                "password": encoded,
                "is_demo": True,
            },
        )
        if not EmailAddress.objects.filter(user=person).exists():
            EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
        if made:
            Mandate.objects.create(person=person, unit=unit, role=role, starts_on=FOUNDED)

    account("secretariat", "秘书处 工作人员", Organization.objects.get(code="secretariat"), Role.SECRETARIAT)
    for zone in members():
        for role, word in ZONE_ROLES.items():
            account(f"{zone.code}-{role.value}", f"{zone.short_zh} {word}", zone, role)
    bank = _unit("demo-bank", Organization.Kind.BANK, "示例银行", "示例银行", "Example Bank")
    account("bank-officer", "示例银行 客户经理", bank, Role.BANK)
    office = _unit(
        "demo-department", Organization.Kind.DEPARTMENT, "示例部门", "示例部门", "Example Department"
    )
    account("department-officer", "示例部门 经办人", office, Role.DEPARTMENT)
    guide = Organization.objects.get(code="fj-dst")
    account("observer", "指导单位 联系人", guide, Role.OBSERVER)
    for number, (code, name, short, name_en, zone, industry) in enumerate(COMPANIES, start=1):
        unit = _unit(code, Organization.Kind.COMPANY, name, short, name_en, zone=zone, number=number)
        unit.industries.add(Industry.objects.get(code=industry))
        account(code, f"{short} 经办人", unit, Role.COMPANY)
    _tell()
    return {"demo accounts": User.objects.count() - before}


def _unit(code, kind, name_zh, short, name_en, zone=None, number=None):
    return Organization.objects.get_or_create(
        code=code,
        defaults={
            "kind": kind,
            "name_zh": name_zh,
            "short_zh": short,
            "name_en": name_en,
            "uscc": _fictional_uscc(number) if number else None,
            "zone": Organization.objects.get(code=zone) if zone else None,
            "city": Organization.objects.get(code=zone).city if zone else "",
            "description_zh": "试用数据，不指任何真实单位。",
            "description_en": "For trials; no real organization.",
        },
    )[0]


def _fictional_uscc(number) -> str:
    """A well-formed code that nobody holds: there is no division 359999."""
    inner = f"MA0000{number:02d}"
    total = sum(int(letter, 36) * weight for letter, weight in zip(inner, INNER_WEIGHTS, strict=True))
    first_17 = f"91359999{inner}{'0123456789X0'[11 - total % 11]}"
    return first_17 + check_character(first_17)


def _tell():
    lines = [
        f"演示账号密码 / password of the demo accounts: {PASSWORD}",
        "secretariat · <园区代码>-delegate / -liaison / -editor / -service (fuzhou, xiamen-torch, quanzhou, zhangzhou,",
        "putian, longyan, sanming, wuping, quanzhou-semi, xiamen-ocean, zherong) · bank-officer · department-officer ·",
        "company-1 … company-3 · observer",
    ]
    (settings.VAR_DIR / "demo-accounts.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
