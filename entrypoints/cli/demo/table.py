"""The demo's one table, and what the service printed for people meanwhile."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from entrypoints.cli.demo.story import Scene


def draw(console: Console, scenes: list[Scene], messages: list[str]) -> None:
    """Draws the table and the messages; says at the end whether all went as it must."""
    table = Table(title="What happened", title_justify="left")
    table.add_column("")
    table.add_column("what the world did")
    table.add_column("what payproof answered", overflow="fold")
    table.add_column("the order then")
    table.add_column("gateway\nlook-ups", justify="right")
    for scene in scenes:
        mark = Text("✓", "green") if scene.as_expected else Text("✗", "bold red")
        # As Text: an answer must not be read as markup.
        table.add_row(
            mark, Text(scene.title), Text(scene.answer), Text(scene.order), str(scene.lookups)
        )
    console.print(table)
    console.print("Messages sent to people (the console notifier prints them):")
    for message in messages:
        console.print(Text(f"  {message}"))
    wrong = sum(not scene.as_expected for scene in scenes)
    console.print(
        "Everything went as it must."
        if not wrong
        else f"{wrong} of {len(scenes)} did not go as they must."
    )
