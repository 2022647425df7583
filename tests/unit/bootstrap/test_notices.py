"""What a flow tells its owner: from a real workspace's engine to the desk."""

from __future__ import annotations

from pathlib import Path

from app.bootstrap.house import House
from app.bootstrap.window_desk import WorkspaceDesk
from app.bootstrap.workspace import open_workspace
from app.engine import life
from app.flows.codec import write_flow
from app.model.flow import Edge, Flow, Node
from app.model.journey import Changes, ContactChange
from app.support.secrets import FileSecrets

FLOW = Flow(
    "Baskets",
    (
        Node("start", "entry.manual", "Start"),
        Node("tell", "notify", "Tell me", settings={"text": "Call {{ first_name | default: 'them' }}"}),
        Node("end", "end", "End"),
    ),
    (Edge("start", "entered", "tell"), Edge("tell", "next", "end")),
)


def test_what_a_flow_tells_stands_on_the_desk_until_it_is_put_away(tmp_path: Path) -> None:
    secrets = FileSecrets(tmp_path / "secrets", "master")
    with open_workspace(tmp_path / "shop", make=True, secrets=secrets) as workspace:
        desk = WorkspaceDesk(House(workspace))
        assert desk.publish("Baskets", write_flow(FLOW)).version == 1
        with workspace.store.transaction() as tx:
            tx.add_contact(11, [], workspace.clock.now())
            tx.write(Changes(contacts=[ContactChange(11, {"first_name": "Ada"})]))
        life.enter(workspace.context, "Baskets", [11])
        engine = workspace.engine()
        engine.start()
        engine.until_idle()
        engine.close()
        (notice,) = desk.notices()
        assert (notice.text, notice.flow, notice.contact_id) == ("Call Ada", "Baskets", 11)
        desk.dismiss_notice(notice.message_id)
        desk.dismiss_notice(notice.message_id)
        assert desk.notices() == []
