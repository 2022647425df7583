"""The one object through which the window works: ``app.model.ports.Desk`` over a workspace."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from app.bootstrap import (
    braking,
    doors,
    first_sends,
    flow_files,
    halting,
    histories,
    impacts,
    lives,
    previews,
    publishing,
    segments,
    sending,
    standings,
)
from app.bootstrap.why import stories_of
from app.engine.deciding import UNKNOWN, decide_all
from app.engine.first import release_first
from app.engine.life import answer_clock, dismiss, ingest, try_parked
from app.flows.validate import validate
from app.model.desk import Braked, FirstReach, GoneOut, HeldGroup, SettingText
from app.model.errors import RefusedError
from app.model.journey import FlowState
from app.model.people import Actor, Event
from app.model.ports import (
    CallTask,
    Caught,
    Counts,
    FlowInfo,
    Notice,
    Person,
    Preview,
    PublishResult,
    Status,
    VersionInfo,
)
from app.model.standing import Period, Standing, Way

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, tzinfo

    from app.bootstrap.house import House
    from app.model.flow import Flow, Problem
    from app.model.segments import SegmentInfo
    from app.model.shifts import Impact, Move, TakenBack
    from app.model.why import Story


class WorkspaceDesk:
    """Every call may block and belongs off the GUI thread, except ``listen``."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._workspace = house.workspace

    # --- flows ---

    def flows(self) -> Sequence[FlowInfo]:
        return self._workspace.store.flows.infos()

    def draft(self, name: str) -> str:
        return self._workspace.store.flows.draft(name)

    def save_draft(self, name: str, document: str, *, base: str | None = None) -> None:
        self._workspace.store.flows.save_draft(name, document, base=base, now=self._workspace.clock.now())

    def rename(self, old: str, new: str) -> None:
        self._workspace.store.flows.rename(old, new)
        self._workspace.context.changed()

    def versions(self, name: str) -> Sequence[VersionInfo]:
        return self._workspace.store.flows.versions(name)

    def version_document(self, name: str, number: int) -> str:
        return self._workspace.store.flows.version_document(name, number)

    def history(self, name: str) -> str:
        return histories.read(self._workspace, name)

    def append_history(self, name: str, lines: str, *, after: int) -> int:
        return histories.append(self._workspace, name, lines, after)

    def replace_history(self, name: str, log: str, *, aside: bool = False) -> int:
        return histories.replace(self._workspace, name, log, aside=aside)

    def check(self, flow: Flow) -> Sequence[Problem]:
        return validate(flow, self._workspace.surroundings())

    def impact(self, name: str, document: str, moves: Sequence[Move] = ()) -> Impact:
        return impacts.look(self._workspace, name, document, moves)

    def publish(
        self,
        name: str,
        document: str,
        moves: Sequence[Move] = (),
        *,
        confirm: int | None = None,
        first: int = 0,
        also_today: bool = False,
    ) -> PublishResult:
        return publishing.publish(
            self._workspace, name, document, moves, confirm=confirm, first=first, also_today=also_today
        )

    def count_today(self, name: str, flow: Flow) -> int:
        return doors.count_today(self._workspace, name, flow)

    def first_reach(self, name: str, document: str, *, also_today: bool = False) -> FirstReach:
        return first_sends.look(self._workspace, name, document, also_today=also_today)

    def release_first(self, name: str) -> int:
        return release_first(self._workspace.context, name)

    def undo_publish(self, name: str, *, dry: bool = False) -> TakenBack:
        return impacts.take_back(self._workspace, name, dry=dry)

    def pause(self, name: str, *, entries_only: bool = False) -> None:
        self._set_state(name, FlowState.CLOSED if entries_only else FlowState.PAUSED)

    def resume(self, name: str) -> None:
        self._set_state(name, FlowState.LIVE)

    def stop(self, name: str) -> int:
        return lives.stop(self._workspace, name)

    def _set_state(self, name: str, state: FlowState) -> None:
        doors.set_state(self._workspace, name, state)

    # --- segments ---

    def segments(self) -> Sequence[SegmentInfo]:
        return segments.infos(self._workspace)

    def save_segment(self, name: str, rule: Mapping[str, Any]) -> None:
        segments.save(self._workspace, name, rule)

    def rename_segment(self, old: str, new: str) -> None:
        segments.rename(self._workspace, old, new)

    def delete_segment(self, name: str) -> None:
        segments.delete(self._workspace, name)

    def segment_size(self, rule: Mapping[str, Any]) -> int:
        return segments.size(self._workspace, rule)

    # --- numbers ---

    def counts(self, name: str, period: Period = Period.ALL) -> Counts:
        return standings.counts(self._workspace, name, period)

    def standing(
        self, name: str, node: str, what: str = "here", period: Period = Period.ALL, limit: int = 200
    ) -> Sequence[Standing]:
        return standings.standing(self._workspace, name, node, what, period, limit)

    def way(self, name: str, contact_id: int, journey_id: int | None = None) -> Way:
        return standings.way(self._workspace, name, contact_id, journey_id)

    def why(self, contact_id: int) -> Sequence[Story]:
        return stories_of(self._workspace, contact_id)

    def status(self) -> Status:
        now = self._workspace.clock.now()
        queue = self._workspace.store.numbers.queue(now, midnight=_midnight(now, self._workspace.zone))
        return Status(
            engine=self._house.engine_state,
            engine_detail=self._house.engine_detail,
            next_due=queue.next_due,
            due_people=queue.due_people,
            sent_today=queue.sent_today,
            site=self._house.site_url,
            shop=self._house.shop_url,
            trouble=self._house.trouble(),
            practice=self._workspace.practice,
            workspace=self._workspace.settings.workspace.name,
            clock=now if self._house.fast else None,
            halt=halting.look(self._workspace),
            resting=self._house.resting(),
        )

    # --- what stops everything ---

    def brake(self) -> Braked:
        done = braking.pull(self._workspace)
        names = {flow.id: flow.name for flow in self.flows()}
        return Braked(
            done.cancelled,
            done.on_the_wire,
            done.revoked,
            tuple(
                GoneOut(names.get(row.flow_id, ""), row.channel, row.address, row.sent_at)
                for row in done.accepted
            ),
        )

    def taken_back(self) -> Sequence[HeldGroup]:
        return braking.taken_back(self._workspace)

    def release_brake(self, drop: Sequence[HeldGroup] = ()) -> int:
        return braking.let_go(self._workspace, drop)

    def trust_clock(self) -> bool:
        return answer_clock(self._workspace.context)

    def try_again(self, name: str) -> int:
        return try_parked(self._workspace.context, self._workspace.store.flows.id_of(name))

    # --- settings ---

    def sending(self) -> Sequence[SettingText]:
        return sending.texts(self._workspace)

    def save_sending(self, values: Mapping[str, str]) -> None:
        sending.save(self._workspace, values)

    # --- practice and tasks ---

    def caught(self, after: int) -> Sequence[Caught]:
        return self._house.caught(after)

    def tasks(self) -> Sequence[CallTask]:
        return self._house.tasks()

    def finish_task(self, message_id: int, *, reached: bool) -> None:
        name = "done" if reached else "not-reached"
        now = self._workspace.clock.now()
        event = Event(name, now, f"task:{message_id}", message_id=message_id, actor=Actor.HUMAN)
        if str(ingest(self._workspace.context, event)) == "known":
            raise RefusedError("Somebody has already answered this call-back.")

    def notices(self) -> Sequence[Notice]:
        return self._workspace.store.numbers.notices()

    def dismiss_notice(self, message_id: int) -> None:
        dismiss(self._workspace.context, message_id)

    def held(self) -> Sequence[HeldGroup]:
        numbers = self._workspace.store.numbers
        held = [HeldGroup(one.flow, one.channel, one.reason, one.count) for one in numbers.held()]
        unknown = Counter[tuple[str, str]]()
        for one in numbers.held(UNKNOWN):
            unknown[one.flow, one.channel] += one.count
        return [*held, *(HeldGroup(*place, UNKNOWN, count) for place, count in unknown.items())]

    def decide_held(self, group: HeldGroup, *, send: bool) -> int:
        return decide_all(self._workspace.context, group.flow, group.channel, group.reason, send=send)

    # --- the rest ---

    def fields(self) -> Sequence[str]:
        return self._workspace.store.people.fields()

    def templates(self) -> Sequence[tuple[str, str]]:
        return flow_files.templates()

    # --- messages while they are written ---

    def people(self, search: str = "", limit: int = 50) -> Sequence[Person]:
        return previews.people(self._workspace, search, limit)

    def event_fields(self, names: Sequence[str]) -> Sequence[str]:
        return previews.fields_of(self._workspace.store.people.newest_events(names))

    def preview(self, flow: Flow, node_id: str, person_id: int | None, texts: Sequence[str] = ()) -> Preview:
        return previews.preview(self._workspace, flow, node_id, person_id, texts)

    def send_to_me(self, flow: Flow, node_id: str, person_id: int | None, address: str) -> None:
        previews.send_to_me(self._workspace, flow, node_id, person_id, address)

    def listen(self, callback: Callable[[], None]) -> None:
        self._house.listen(callback)


def _midnight(now: datetime, zone: tzinfo) -> datetime:
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
