"""Ages in bands of ten years: enough to see who is reached, too little to know anybody."""

from datetime import date

import sqlalchemy as sa

from campaigns.models import Person

# The youngest age of each band, with its code; what is below the first is « under ».
BANDS = {"60": 60, "70": 70, "80": 80, "90": 90}
UNDER, UNKNOWN = "under", "unknown"
LABELS = {
    UNDER: "Moins de 60 ans",
    "60": "60 à 69 ans",
    "70": "70 à 79 ans",
    "80": "80 à 89 ans",
    "90": "90 ans et plus",
    UNKNOWN: "Âge inconnu",
}


def band(on: date) -> sa.ColumnElement[str]:
    """The band of each person's age on a day, as a column: a key of ``LABELS``."""
    oldest_first = sorted(BANDS.items(), key=lambda pair: -pair[1])
    return sa.case(
        (Person.birth_date.is_(None), UNKNOWN),
        *((Person.birth_date <= _born_by(on, years), code) for code, years in oldest_first),
        else_=UNDER,
    )


def _born_by(on: date, years: int) -> date:
    """The last birth date of who is so old that day; born on 29 February, one is on 1 March."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return date(on.year - years, 2, 28)
