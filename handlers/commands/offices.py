"""The office of this installation as a command sees it: no service has to run for it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.place_files import load_gazetteer
from broadcasts.office import Office
from content import files
from content import store as content_store
from handlers.campaigning import office_of
from handlers.commands.acting import Front
from handlers.faces import faces_of
from handlers.previews import Previews
from handlers.wording import Wording
from handlers.zalo_ways import zalo_ways


async def office_at(front: Front, connection: AsyncConnection) -> tuple[Office, Previews]:
    """With the answers that are in the database, and how each channel that is set up would show a campaign."""
    catalog = await content_store.load_catalog(connection)
    gazetteer, phrases = load_gazetteer(), files.shipped_phrases()
    wording = Wording(settings=front.settings, catalog=catalog, phrases=phrases, gazetteer=gazetteer, clock=front.clock)
    previews = Previews(wording, phrases, faces_of(front.settings))
    ways = zalo_ways(front.settings)
    return office_of(front.settings, gazetteer, catalog, front.key, ways, previews), previews
