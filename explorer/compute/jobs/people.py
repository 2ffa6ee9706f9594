"""Looking for people of the open model: what can be wished, learning it, finding people, others in their places."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from explorer.compute.jobs.crowd import crowd, knowledge, learning, person_of, relayed
from explorer.compute.jobs.task import Control, JobSteps, Task
from explorer.messages import FoundPerson, PeopleFound, PeopleKnown, PersonFound
from explorer.translation import tr
from generator.errors import ExportError
from generator.progress import Progress
from generator.wishes.wish import Brief

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from generator.people.people import People

FACES = 4000  # that are measured to learn a model


@dataclass(frozen=True)
class KnowPeople(Task[PeopleKnown]):
    """What can be wished of the people of the open model."""

    def run(self, host: ModelHost) -> JobSteps[PeopleKnown]:
        yield from ()  # a single step: two small files
        return knowledge(host)

    def deliver(self, result: PeopleKnown, control: Control) -> None:
        control.people_known.emit(result)


@dataclass(frozen=True)
class LearnPeople(KnowPeople):
    """Learn what the faces of the model look like that is open when it begins, once."""

    faces: int = FACES

    title = tr("Learning this model’s faces")

    def run(self, host: ModelHost) -> JobSteps[PeopleKnown]:
        model = host.facts.hash
        yield from learning(host, self.faces)
        return knowledge(host) if host.facts.hash == model else PeopleKnown(model)


@dataclass(frozen=True)
class PeopleTask(Task[PeopleFound]):
    """It finds people for a brief one by one, and ends with how that went."""

    search: int  # its number
    model: str  # content hash
    brief: Brief

    title = tr("Looking for people")

    def _people(self, host: ModelHost) -> People:
        if host.facts.hash != self.model:
            raise ExportError(tr("Another model is open by now; open the first one again and repeat this."))
        return crowd(host, self.brief.clean)

    def deliver_partial(self, value: PersonFound, control: Control) -> None:
        control.person_found.emit(value)

    def deliver(self, result: PeopleFound, control: Control) -> None:
        control.people_found.emit(result)


@dataclass(frozen=True)
class FindPeople(PeopleTask):
    """Find all people of a brief."""

    def run(self, host: ModelHost) -> JobSteps[PeopleFound]:
        from generator.people.finding import find

        yield Progress(0, self.brief.count, tr("Preparing"))
        people = self._people(host)
        end = yield from relayed(find(self.brief, people), self.search, self.brief.count)
        cells, wished = self.brief.cells(), {wish.measure for wish in self.brief.wishes}
        return PeopleFound(
            self.search,
            self.brief,
            len(end.people),
            tuple(cells[number - 1].labels for number in end.missing),
            tuple(end.rejected.items()),
            tuple(name for name in people.only_predicted if name in wished),
        )


@dataclass(frozen=True)
class ReplacePeople(PeopleTask):
    """Find somebody else for each of some faces."""

    leaving: tuple[tuple[int, FoundPerson], ...] = field(default=(), repr=False)  # id of the face, and who it is
    others: tuple[FoundPerson, ...] = field(default=(), repr=False)  # who stays
    never: tuple[int, ...] = ()  # seeds that were sent away before

    def run(self, host: ModelHost) -> JobSteps[PeopleFound]:
        from generator.people.finding import replacing

        yield Progress(0, len(self.leaving), tr("Preparing"))
        people = self._people(host)
        there = [person_of(other, people) for other in self.others]
        never, missing = [*self.never, *(person.seed for _, person in self.leaving)], []
        for id, leaving in self.leaving:
            job = replacing(person_of(leaving, people), self.brief, people, there, tuple(never))
            found = yield from relayed(job, self.search, 1, instead=id)
            if found is None:
                missing.append(leaving.cell)
            else:
                there.append(found)
                never.append(found.seed)
        return PeopleFound(self.search, self.brief, len(self.leaving) - len(missing), tuple(missing))


@dataclass(frozen=True)
class FindAlike(PeopleTask):
    """Find people like somebody, who are asked for the same."""

    person: FoundPerson | None = field(default=None, repr=False)
    count: int = 6
    never: tuple[int, ...] = ()  # seeds that were used before

    def run(self, host: ModelHost) -> JobSteps[PeopleFound]:
        from generator.people.finding import more_like

        assert self.person is not None
        yield Progress(0, self.count, tr("Preparing"))
        people, asked = self._people(host), self.person
        job = more_like(person_of(asked, people), self.count, self.brief, people, 1, self.never)
        found = yield from relayed(job, self.search, self.count)
        missing = (asked.cell,) * (self.count - len(found))
        return PeopleFound(self.search, replace(self.brief, count=self.count), len(found), missing)
