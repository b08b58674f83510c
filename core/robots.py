"""How a sentence gets into a chat group: the robots of WeCom, DingTalk and Feishu, and how often they may speak.

The requests are apprise's. Its plugins take HTTP 200 for success, but these robots refuse with 200 and a code in the
body (wrong signature, missing keyword, too many messages), so the answer is read here before apprise sees it.
"""

from datetime import datetime, timedelta

import requests
from apprise.plugins import dingtalk, feishu, wecombot
from django.conf import settings
from django.db import transaction

from .models import Channel, Robot

#: The operators allow 20 messages a minute. A bucket of 10 refilled by 10 a minute never lets more than 20 through in
#: any minute, wherever it begins.
MOST_AT_ONCE = 10
REFILL_A_MINUTE = 10
ANSWER_WITHIN = (4, 8)  # seconds to connect, seconds to answer


class Unheard(Exception):
    """The robot did not take the message; the text says why."""


class _Attentive:
    """What apprise's plugins know as ``requests``: refuses where the robot refused."""

    codes = requests.codes
    RequestException = requests.RequestException

    @staticmethod
    def post(url, **options):
        if settings.ROBOT_GATEWAY:
            url = settings.ROBOT_GATEWAY + "/" + url.split("://", 1)[1].split("/", 1)[1]
        try:
            response = requests.post(url, **{**options, "timeout": ANSWER_WITHIN})  # noqa: S113  it is there
        except requests.RequestException as error:
            # The address holds the key: only the kind of the fault may be kept.
            raise Unheard(f"The robot's server did not answer ({type(error).__name__}).") from None
        if response.status_code != requests.codes.ok:
            raise Unheard(f"The robot's server answered with status {response.status_code}.")
        try:
            answer = response.json()
        except ValueError:
            raise Unheard("The robot's server did not answer in its own language.") from None
        code = answer.get("errcode", answer.get("code", answer.get("StatusCode", 0)))
        if code:
            raise Unheard(
                f"The robot refused: {code} {str(answer.get('errmsg') or answer.get('msg') or '')[:200]}"
            )
        return response


for _module in (wecombot, dingtalk, feishu):
    _module.requests = _Attentive


def _speaker(robot: Robot):
    match robot.channel:
        case Channel.WECOM:
            speaker = wecombot.NotifyWeComBot(key=robot.key)
        case Channel.DINGTALK:
            speaker = dingtalk.NotifyDingTalk(token=robot.key, secret=robot.secret or None)
        case Channel.FEISHU:
            speaker = feishu.NotifyFeishu(token=robot.key)
    speaker.request_rate_per_sec = 0  # the bucket below keeps the rate; apprise would make the worker sleep
    return speaker


def say(robot: Robot, text: str):
    """Post one message of at most 2,048 bytes (WeCom's bound) to the group. Raises :class:`Unheard`."""
    try:
        speaker = _speaker(robot)
    except TypeError as error:
        raise Unheard("The robot's key is not of the form this service gives out.") from error
    if not speaker.send(body=fitting(text)):
        raise Unheard("The robot did not take the message.")


def fitting(text: str, most: int = 2048) -> str:
    """The text cut at a whole character so that its UTF-8 form has at most ``most`` bytes."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - 3].decode(errors="ignore") + "…"


@transaction.atomic
def take(robot: Robot, wanted: int, now: datetime) -> int:
    """Take as many messages as wanted from the bucket of the robot's group; 1 if there are fewer, 0 if there is none.

    Two persons may have named the same group, so the bucket of a group is that of its first robot.
    """
    bucket = (
        Robot.objects.select_for_update().filter(channel=robot.channel, key=robot.key).order_by("pk").first()
    )
    if bucket is None:
        return 0
    minutes = max((now - bucket.tokens_at) / timedelta(minutes=1), 0)
    tokens = min(bucket.tokens + minutes * REFILL_A_MINUTE, MOST_AT_ONCE)
    taken = wanted if tokens >= wanted else 1 if tokens >= 1 else 0
    bucket.tokens = tokens - taken
    bucket.tokens_at = max(now, bucket.tokens_at)
    bucket.save(update_fields=["tokens", "tokens_at"])
    return taken
