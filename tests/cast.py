"""One small world for every test: three zones, who acts for them, and the units around them.

``cast.secretariat``, ``cast.chair``, ``cast.delegate`` … are persons; ``cast.zones["fuzhou"]``, ``cast.bank_unit`` …
are what they act for. ``cast.client("delegate")`` is a signed-in browser, ``cast.api("delegate")`` a program with a
token. No name in it is random, so a failure reads the same every time.
"""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

PASSWORD = "an-easy-one-for-tests"
FOUNDED = date(2025, 11, 17)
#: code, level, short Chinese name, city; national first, as the alliance lists itself.
ZONES = (
    ("fuzhou", "national", "福州高新区", "福州市"),
    ("xiamen-torch", "national", "厦门火炬高新区", "厦门市"),
    ("quanzhou", "national", "泉州高新区", "泉州市"),
    ("zhangzhou", "national", "漳州高新区", "漳州市"),
    ("putian", "national", "莆田高新区", "莆田市"),
    ("longyan", "national", "龙岩高新区", "龙岩市"),
    ("sanming", "national", "三明高新区", "三明市"),
    ("wuping", "provincial", "武平高新区", "龙岩市"),
    ("quanzhou-semi", "provincial", "泉州半导体高新区", "泉州市"),
    ("xiamen-ocean", "provincial", "厦门海洋高新区", "厦门市"),
    ("zherong", "provincial", "柘荣高新区", "宁德市"),
)
#: attribute → (username, unit, role, name)
PERSONS = {
    "secretariat": ("secretariat", "secretariat", "secretariat", "秘书处 工作人员"),
    "chair": ("fuzhou-delegate", "fuzhou", "delegate", "福州高新区 成员代表"),
    "delegate": ("xiamen-torch-delegate", "xiamen-torch", "delegate", "厦门火炬高新区 成员代表"),
    "delegate_b": ("quanzhou-delegate", "quanzhou", "delegate", "泉州高新区 成员代表"),
    "liaison": ("xiamen-torch-liaison", "xiamen-torch", "liaison", "厦门火炬高新区 联络员"),
    "editor": ("xiamen-torch-editor", "xiamen-torch", "editor", "厦门火炬高新区 园区编辑"),
    "service": ("xiamen-torch-service", "xiamen-torch", "service", "厦门火炬高新区 服务专员"),
    "company": ("company-1", "company-1", "company", "示例企业一 经办人"),
    "bank": ("bank-officer", "bank-1", "bank", "示例银行 客户经理"),
    "department": ("department-officer", "department-1", "department", "示例部门 经办人"),
    "observer": ("observer", "guide", "observer", "指导单位 联系人"),
    "stranger": ("stranger", None, None, "无授权账号"),
}


class Cast:
    """The world; see the module. Needs the database."""

    def __init__(self):
        from members.models import Industry

        self.zones = {}
        self.persons = {}
        self.industry = Industry.objects.get_or_create(
            code="opto", defaults={"name_zh": "光电", "name_en": "Optoelectronics"}
        )[0]
        for zone in ZONES[:3]:
            self._zone(*zone)
        self.secretariat_unit = self._unit(
            "secretariat", "secretariat", "联盟秘书处", zone=self.zones["fuzhou"]
        )
        self.company_unit = self._unit("company-1", "company", "示例企业一", zone=self.zones["xiamen-torch"])
        self.bank_unit = self._unit("bank-1", "bank", "示例银行")
        self.department_unit = self._unit("department-1", "department", "示例部门")
        self.guide_unit = self._unit("guide", "department", "指导单位")
        units = {unit.code: unit for unit in (*self.zones.values(), *self._others)}
        for name, (username, unit, role, shown) in PERSONS.items():
            person = self._person(username, shown)
            if unit:
                self.appoint(person, units[unit], role)
            self.persons[name] = person
            setattr(self, name, person)
        self._charter()
        self._chair()

    # --- the making of it -----------------------------------------------------------------

    def _unit(self, code, kind, name, **more):
        from members.models import Organization

        unit = Organization.objects.create(
            code=code, kind=kind, name_zh=name, name_en=code.replace("-", " ").title(), **more
        )
        self._others = [*getattr(self, "_others", []), unit]
        return unit

    def _zone(self, code, level, short, city):
        from members.models import Membership, Organization, Zone

        unit = Organization.objects.create(
            code=code,
            kind="zone",
            name_zh=short.replace("高新区", "高新技术产业开发区"),
            name_en=f"{code.replace('-', ' ').title()} High-tech Zone",
            short_zh=short,
            short_en=code.replace("-", " ").title(),
            city=city,
        )
        Zone.objects.create(organization=unit, level=level)
        Membership.objects.create(unit=unit, state="active", joined_on=FOUNDED)
        self.zones[code] = unit
        return unit

    def _person(self, username, name):
        from allauth.account.models import EmailAddress

        from members.models import User

        email = f"{username}@example.org"
        person = User.objects.create_user(username=username, email=email, password=PASSWORD, name=name)
        EmailAddress.objects.create(user=person, email=email, primary=True, verified=True)
        return person

    def _charter(self):
        from meetings import charter
        from meetings.models import CharterVersion

        if hasattr(charter, "install_defaults"):
            charter.install_defaults()
        else:
            CharterVersion.objects.create(number=1, state="adopted", effective_on=FOUNDED)
        self.charter = CharterVersion.objects.get(number=1)

    def _chair(self):
        from meetings.models import ChairTerm, SecretariatPost

        fuzhou = self.zones["fuzhou"]
        self.chair_term = ChairTerm.objects.create(
            unit=fuzhou, number=1, starts_on=FOUNDED, ends_on=date(2026, 11, 16)
        )
        SecretariatPost.objects.create(unit=fuzhou, starts_on=FOUNDED)

    # --- what tests ask of it -------------------------------------------------------------

    def appoint(self, person, unit, role, **more):
        """Give a person a mandate; in force since the founding unless ``starts_on`` says otherwise."""
        from members.models import Mandate

        return Mandate.objects.create(person=person, unit=unit, role=role, **{"starts_on": FOUNDED, **more})

    def all_eleven(self):
        """All 11 member zones by code, making those that are not there yet."""
        for zone in ZONES[len(self.zones) :]:
            self._zone(*zone)
        return self.zones

    def delegate_of(self, code):
        """The delegate of any of the zones (see :meth:`all_eleven`), made if there is none yet."""
        from members.models import Mandate

        mandate = (
            Mandate.objects.filter(unit=self.zones[code], role="delegate").select_related("person").first()
        )
        if mandate:
            return mandate.person
        person = self._person(f"{code}-delegate", f"{self.zones[code].short_zh} 成员代表")
        self.appoint(person, self.zones[code], "delegate")
        return person

    def person(self, who):
        """The person of that name (an attribute of the cast), read anew: mandates are remembered on the object."""
        from members.models import User

        return User.objects.get(pk=(self.persons[who] if isinstance(who, str) else who).pk)

    def client(self, who=None, language="zh-hans"):
        """A browser signed in as ``who`` (a name or a person), or nobody's."""
        browser = Client(headers={"accept-language": language})
        if who is not None:
            browser.force_login(self.person(who))
        return browser

    def api(self, who=None):
        """A program holding a token of ``who`` (a name or a person), or none. It speaks JSON and English."""
        from rest_framework.authtoken.models import Token
        from rest_framework.test import APIClient

        program = APIClient(headers={"accept-language": "en"})
        program.default_format = "json"
        if who is not None:
            token, _created = Token.objects.get_or_create(user=self.person(who))
            program.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
        return program

    @property
    def today(self):
        return timezone.localdate()


@pytest.fixture
def cast(db):
    return Cast()
