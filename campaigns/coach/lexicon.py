"""The word lists of the coach, read once: expressions, with their inflections."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import product

from campaigns.coach.kinds import WORDED, Kind
from campaigns.values import fold

# The feminine and plural of an ending; what is not a word harms nobody.
_ENDINGS = (
    ("teur", ("trice", "teuse")),
    ("eur", ("euse", "eresse")),
    ("eux", ("euse",)),
    ("if", ("ive",)),
    ("ien", ("ienne",)),
    ("on", ("onne",)),
    ("el", ("elle",)),
    ("et", ("ette", "ete")),
    ("er", ("ere",)),
    ("al", ("ale", "aux")),
    ("ot", ("otte",)),
    ("c", ("que",)),
    ("x", ("se",)),
)
_PLAIN = ("e", "s", "es")


@dataclass(frozen=True, slots=True)
class Step:
    """One place of an expression: the words it takes, and how many of them."""

    words: frozenset[str] | None  # None: any word
    least: int = 1
    most: int = 1


@dataclass(frozen=True, slots=True)
class Expression:
    """A turn of phrase to look for. ``kind`` None: one that is in its place."""

    steps: tuple[Step, ...]
    kind: Kind | None
    softer: str | None = None  # None: what its kind proposes
    after_verb: str | None = None
    seconds: frozenset[str] | None = None  # what may follow its first word; None: anything


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The expressions by each word they may begin with, and the long words by their sound."""

    by_first: Mapping[str, tuple[Expression, ...]]
    by_sound: Mapping[str, str]
    long_words: Mapping[str, tuple[str, ...]]  # by first letter


@cache
def lexicon() -> Lexicon:
    """The lists that ship, ready to search."""
    families = _families()
    by_first: dict[str, list[Expression]] = defaultdict(list)
    for expression in _joined(_read(line, kind, families) for kind, line in _expressions()):
        firsts = _firsts(expression.steps)
        if firsts is None or expression.steps[0].most != 1:
            raise ValueError("an expression begins with one word")
        for word in firsts:
            by_first[word].append(expression)
    long_words: dict[str, list[str]] = defaultdict(list)
    for word in sorted(_words_of(LONG)):
        long_words[word[0]].append(word)
    return Lexicon(
        by_first={word: tuple(found) for word, found in by_first.items()},
        by_sound={sound(form): form for word in _words_of(HEARD) for form in inflected(word)},
        long_words={letter: tuple(words) for letter, words in long_words.items()},
    )


def _words_of(least: int) -> set[str]:
    """The words a slip of the pen may hide, of so many letters: alone, as the lists write them."""
    return {
        word
        for kind, line in _expressions()
        if kind is not None
        for word in fold(line.partition("→")[0]).split("|")
        if len(word) >= least and word.isalpha()
    }


def family(name: str) -> frozenset[str]:
    """The words of a family, as ``familles.txt`` lists them."""
    return _families()[name]


@cache
def _families() -> Mapping[str, frozenset[str]]:
    families = {
        name.strip(): frozenset(words.split())
        for name, _, words in (line.partition(":") for line in _lines("familles"))
    }
    families["@pays"] = frozenset(form for word in families["@pays"] for form in inflected(word))
    return families


LONG = 8  # letters from which a slip of the pen is still recognised
HEARD = 6  # letters from which a word spelt by ear is


def inflected(word: str) -> frozenset[str]:
    """A word with its feminine and plural forms, and some that do not exist."""
    forms = {word, *(word + ending for ending in _PLAIN)}
    for ending, others in _ENDINGS:
        if word.endswith(ending):
            stem = word[: -len(ending)]
            forms |= {stem + other + plural for other, plural in product(others, ("", "s"))}
    return frozenset(forms)


def sound(word: str) -> str:
    """A word as it is heard, roughly: « schizofrène » and « schizophrène » are one."""
    heard = word.replace("ph", "f").replace("y", "i").replace("h", "").replace("z", "s")
    heard = heard.replace("qu", "k").replace("c", "k").replace("en", "an")
    # A vowel doubled is another word: « voile » is not « voilée ».
    return "".join(
        letter
        for at, letter in enumerate(heard)
        if letter in "aeiou" or heard[at - 1 : at] != letter
    )


def _lines(name: str) -> Iterator[str]:
    text = files(__package__).joinpath("words", f"{name}.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


def _expressions() -> Iterator[tuple[Kind | None, str]]:
    for kind in WORDED:
        yield from ((kind, line) for line in _lines(kind.value))
    yield from ((None, line) for line in _lines("permis"))


def _read(line: str, kind: Kind | None, families: Mapping[str, frozenset[str]]) -> Expression:
    words, arrow, instead = line.partition("→")
    softer, _, after_verb = (part.strip() for part in instead.partition("/"))
    steps = tuple(_step(word, families) for word in words.split())
    return Expression(
        steps=steps,
        kind=kind,
        softer=softer if arrow else None,
        after_verb=after_verb or None,
        seconds=_firsts(steps[1:]),
    )


def _joined(found: Iterable[Expression]) -> Iterator[Expression]:
    """Those that differ by their last word only made one: fewer to try at each word."""
    groups: dict[object, list[Expression]] = defaultdict(list)
    for one in found:
        groups[(one.kind, one.steps[:-1], one.softer, one.after_verb)].append(one)
    for same in groups.values():
        lasts = [one.steps[-1].words for one in same]
        if len(same) == 1 or len(same[0].steps) == 1 or None in lasts:
            yield from same
            continue
        steps = (*same[0].steps[:-1], Step(frozenset().union(*(last or () for last in lasts))))
        yield replace(same[0], steps=steps, seconds=_firsts(steps[1:]))


def _step(written: str, families: Mapping[str, frozenset[str]]) -> Step:
    if written == "*":
        return Step(None, least=0)
    if written == "@tres":
        return Step(families[written], least=0, most=3)
    is_exact = written.startswith("=")
    forms: set[str] = set()
    for word in written.lstrip("=").split("|"):
        if word.startswith("@"):
            forms |= families[word]
        else:
            plain = fold(word)
            forms |= {plain} if is_exact else inflected(plain)
    return Step(frozenset(forms))


def _firsts(steps: Sequence[Step]) -> frozenset[str] | None:
    """The words these steps may begin with; None when anything may come there."""
    firsts: set[str] = set()
    for step in steps:
        if step.words is None:
            return None
        firsts |= step.words
        if step.least:
            return frozenset(firsts)
    return None
