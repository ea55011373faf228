"""The judge: claims of a document against the store. It speaks only when all we know speaks.

Whoever may be meant must contradict the claim, and nobody unlisted may be meant. Unknown
people, ambiguous surnames and offices that we know little of give nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from babelproof.facts.articles import Articles
from babelproof.facts.belongings import as_diplomat, belongings
from babelproof.facts.borders import Borders
from babelproof.facts.capitals import Capitals
from babelproof.facts.cities import Cities
from babelproof.facts.claims import Claim, claims
from babelproof.facts.coverage import only_own, well_known
from babelproof.facts.dates import Day
from babelproof.facts.evidence import Evidence, describe, in_its_form
from babelproof.facts.familiar import Familiar
from babelproof.facts.famous import Famous
from babelproof.facts.folding import fold
from babelproof.facts.geography import Geography
from babelproof.facts.lands import Lands
from babelproof.facts.mentions import Finder, Mentions, NameRun
from babelproof.facts.misspelt import holders, misspelt
from babelproof.facts.outdated import outdated
from babelproof.facts.people import Meant, Names
from babelproof.facts.regions import belongs
from babelproof.facts.spellings import repeated, two_spellings
from babelproof.facts.store import HIGH, FactStore, Person, Tenure, is_in_the_news
from babelproof.facts.tenures import at_home, most_telling
from babelproof.facts.throughout import Throughout
from babelproof.facts.variants import variants
from babelproof.labels import Label
from babelproof.marker import Marker
from babelproof.windows import normalise

SELDOM = frozenset({"AS", "CS", "DD", "GB-NIR", "MO", "TW"})
"""Countries that an adjective may mean and seldom does: "Irish" means Ireland, "German" Germany."""


RARE = 3
"""Listed bearers of a surname up to which a full name is somebody's alone."""


class Judge:
    """Compares documents with a store; safe to share between threads."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self.finder = Finder(store)
        geography = Geography(store)
        self._articles = Articles(store)
        self._capitals = Capitals(store)
        self._cities = Cities(store)
        self._lands = Lands(store)
        self._borders = Borders(store, self.finder, geography)
        self._throughout = Throughout(store, geography)
        self._familiar = Familiar(store)
        self._famous = Famous(store, self._familiar)
        self.marker = Marker(self.finder, self._familiar)

    def judge(self, sentences: Sequence[str], date: Day | None = None) -> list[Evidence]:
        """Give the evidence against a document's sentences, in order.

        `date`: the day the text speaks of; without one any past office is as good. Typographic
        variants (a no-break space within a name) are read alike, and no offset moves.
        """
        sentences = list(map(normalise, sentences))
        read = [self.finder.find(sentence) for sentence in sentences]
        runs = [self.finder.names(sentence) for sentence in sentences]
        found = [claims(mentions, own) for mentions, own in zip(read, runs, strict=True)]
        known = Names(
            self.store,
            ((number, run) for number, own in enumerate(runs) for run in own if run.is_full),
        )
        evidence = [
            *self._by_office(read, found, known, date),
            *self._by_country(read, runs, known),
        ]
        for number, mentions in enumerate(read):
            evidence += self._articles.judge(number, mentions)
            evidence += self._capitals.judge(number, mentions)
            evidence += self._cities.judge(number, mentions)
            evidence += self._lands.judge(number, mentions)
        evidence += self._borders.judge(read)
        evidence += self._famous.judge(runs, known)
        evidence += two_spellings(read, found, known, self.finder)
        evidence += variants(read, self._familiar)
        evidence += repeated(sentences, evidence)
        evidence = _exchanged(evidence)
        evidence += self._throughout.judge(read, known, evidence)
        evidence = [in_its_form(self.store, sentences[e.sentence], e) for e in _once(evidence)]
        return sorted(evidence, key=lambda e: (e.sentence, e.start, e.label))

    def _by_office(
        self,
        read: Sequence[Mentions],
        found: Sequence[Sequence[Claim]],
        known: Names,
        date: Day | None,
    ) -> Iterator[Evidence]:
        """What speaks against the claims of each sentence, or against the names in them."""
        places = {code for made in found for claim in made for code in claim.places}
        for number, made in enumerate(found):
            for claim in made:
                meant = known.meant(claim.name.text)
                if meant.people:
                    new = self._contradicted(number, claim, meant, date, read[number].sentence)
                else:
                    new = misspelt(self.store, number, claim, places, known)
                if new is not None:
                    yield new

    def _by_country(
        self, read: Sequence[Mentions], runs: Sequence[Sequence[NameRun]], known: Names
    ) -> Iterator[Evidence]:
        """What speaks against the country that a sentence gives a leader without an office."""
        for number, (mentions, own) in enumerate(zip(read, runs, strict=True)):
            for claim in belongings(mentions, own, self.store):
                meant = known.meant(claim.name.text)
                if meant.people and meant.sure and not self._has_namesakes(meant.people):
                    claim = as_diplomat(claim, meant.people)
                    new = self._contradicted(number, claim, meant)
                    if new is not None and new.label is Label.COUNTRY:
                        yield new

    def _has_namesakes(self, people: Sequence[Person]) -> bool:
        """Whether players and singers may be called like a leader of old: Jack Lynch."""
        return any(
            only_own(person) and len(self.store.surnamed(fold(person.name).split()[-1])) > RARE
            for person in people
        )

    def _contradicted(
        self,
        number: int,
        claim: Claim,
        meant: Meant,
        date: Day | None = None,
        sentence: str = "",
    ) -> Evidence | None:
        """What speaks against a claim; `sentence` is asked for where there is a date."""
        people: Sequence[Person] = meant.people
        sure = meant.sure
        right = [(person, tenure) for person in people for tenure in claim.held_by(person)]
        if right:
            if date is None:
                return None
            return outdated(self.store, number, sentence, claim, right, date)
        if self._is_a_namesakes(claim, people):
            return None
        if not self.store.are_countries(claim.places):
            # One who heads an organisation is listed apart from the minister he was at home.
            heads = [p for p in people if any(t.role == "org_head" for t in p.tenures)]
            people = heads or people
        people = _concerned(_without_viceroys(people), claim)
        labels = [self._label(claim, person, sure) for person in people]
        if None in labels:
            return None
        label = Label.COUNTRY if Label.COUNTRY in labels else Label.ROLE
        if label is Label.ROLE and (claim.past or claim.acting):
            return None  # who stood in, and who held what long ago, is listed too seldom
        if label is Label.ROLE and date is not None and date.isoformat() > self.store.last:
            return None  # who took office since the store was made is not listed
        person = people[labels.index(label)]
        tenure = _last_held(person, claim)
        countries = self.store.countries
        if label is Label.COUNTRY:
            start, end = claim.place_start, claim.place_end
        else:
            start, end = claim.office_start, claim.office_end
        said = claim.places - SELDOM or claim.places
        says = ", ".join(sorted(map(self.store.with_article, said)))
        says = f"{claim.office.phrase} of {says}" if claim.places else claim.office.phrase
        return Evidence(
            label,
            number,
            start,
            end,
            f"{describe(self.store, person, tenure)}; the text says {says}",
            person.name,
            tenure.source,
            self._proposal(claim, tenure) if label is Label.COUNTRY else tenure.office,
            frozenset(map(self.store.country_name, claim.places)),
            tenure.country if label is Label.COUNTRY and tenure.country in countries else "",
        )

    def _proposal(self, claim: Claim, tenure: Tenure) -> str:
        """Give what belongs in the place of the country that a claim names.

        Of an organisation the body that the office names: a President of the European Commission
        is none of the European Union.
        """
        body, _, _ = tenure.office.lower().partition(f" {claim.office.phrase}")
        if tenure.country in self.store.countries or body == tenure.office.lower():
            return self.store.country_name(tenure.country)
        return tenure.office[: len(body)]

    def _is_a_namesakes(self, claim: Claim, people: Sequence[Person]) -> bool:
        """Whether a surname alone may mean one who held the office where the others come from.

        `Secretary of State Clinton` beside a Bill Clinton, `Jordan's King Abdullah` beside the
        Saudi one.
        """
        name = claim.name.text
        if " " in name:
            return False
        countries = claim.places or {t.country for person in people for t in person.tenures}
        word = fold(name)
        # Kings are listed by what is no surname.
        return any(
            word in fold(" ".join(person.names)).split()
            for person, _ in holders(self.store, claim, countries)
        )

    def _label(self, claim: Claim, person: Person, sure: bool) -> Label | None:
        """What a claim gets wrong of a person; None where it may be right for all we know."""
        if claim.office.roles == {"org_head"} and claim.places & self.store.countries.keys():
            return None  # "the Swedish secretary-general" comes from there
        high = [tenure for tenure in person.tenures if _speaks(tenure, claim, sure)]
        if not self.store.are_countries(claim.places):
            # We know few heads of organisations: only another one's head speaks, and against a
            # "chief", as any of them may be called, only where the heads are listed.
            listed = not claim.office.role_enough or any(
                self.store.holders(code, "org_head") for code in claim.places
            )
            high = [tenure for tenure in high if listed and tenure.role == "org_head"]
        if not high:
            return None
        office = any(claim.office.is_met_by(tenure) for tenure in high)
        strict = claim.office.is_strict(claim.places)
        if not claim.places:
            known = sure and not office and well_known(self.store, claim, person)
            return Label.ROLE if strict and known else None
        place = any(belongs(tenure.country, claim.places) for tenure in person.tenures)
        if office and not place:
            return Label.COUNTRY
        if place and not office:
            known = well_known(self.store, claim, person)
            return Label.ROLE if strict and known else None
        if office and place:  # the one here, the other there
            return Label.ROLE if strict and sure else None
        # A stranger in both: someone else's namesake unless the full name stands there.
        return Label.ROLE if strict and sure else None


def _without_viceroys(people: Sequence[Person]) -> Sequence[Person]:
    """Leave out whom the sources list as head of dependencies alone, beside the one at home."""
    if not any(at_home(tenure) for person in people for tenure in person.tenures):
        return people
    return [
        person
        for person in people
        if any(at_home(t) or t.role != "head_of_state" for t in person.tenures)
    ]


def _last_held(person: Person, claim: Claim) -> Tenure:
    """Give the office to tell of someone: the last one, of those that a claim may mean if any."""
    known = [tenure for tenure in person.tenures if _speaks(tenure, claim, True)]
    met = [tenure for tenure in known if claim.office.is_met_by(tenure)]
    return most_telling(met or known)


def _speaks(tenure: Tenure, claim: Claim, sure: bool) -> bool:
    """Whether an office is so well known that it speaks against others.

    One of a kind whose holders are listed with holes (vice presidents, speakers) speaks of its
    own country, where the full name stands there.
    """
    if tenure.role in HIGH or (tenure.country == "US" and tenure.office == "Vice President"):
        return True
    return sure and claim.office.roles.isdisjoint(HIGH) and claim.office.is_met_by(tenure)


def _concerned(people: Sequence[Person], claim: Claim) -> Sequence[Person]:
    """Leave out whoever never held a high office, nor any in a country that a claim names.

    Beside somebody whom the news names often such a namesake is no likelier to be meant than
    anybody who is not listed.
    """
    if not claim.places or not claim.name.is_full:
        return people
    concerned = [
        person
        for person in people
        if any(_speaks(t, claim, True) or belongs(t.country, claim.places) for t in person.tenures)
    ]
    return concerned if any(is_in_the_news(person, HIGH) for person in concerned) else people


def _exchanged(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Two people of one sentence with each other's country have exchanged their roles."""
    countries = [item for item in evidence if item.label is Label.COUNTRY]
    told = {
        id(item)
        for item in countries
        for other in countries
        if item.sentence == other.sentence and item is not other
        if item.proposal in other.claimed and other.proposal in item.claimed
    }
    return [replace(item, label=Label.ROLE) if id(item) in told else item for item in evidence]


def _once(evidence: Iterable[Evidence]) -> list[Evidence]:
    found: dict[tuple[int, int, int, Label], Evidence] = {}  # the first of a place stays
    for item in evidence:
        found.setdefault((item.sentence, item.start, item.end, item.label), item)
    return list(found.values())
