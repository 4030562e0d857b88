"""`glassnet play`: the studio in the browser."""

from glassnet.cli.options import Flag


def play(
    source: str | None = None,
    data: str | None = None,
    /,
    *,
    port: int = 0,
    host: str = "127.0.0.1",
    no_browser: Flag = False,
) -> int:
    """Open the studio: a network that computes and learns on a page, and can be touched.

    The first line that is printed is the page's address, with the token that lets its reader in;
    Ctrl-C ends the studio.

    Parameters
    ----------
    source
        A model file, the folder of a recorded run, or a table, to open with; without it, the
        worked example and the playground.
    data
        With a model: the table whose rows are answered.
    port
        Where it listens; 0 takes a port that is free.
    host
        Whom it listens to: this machine alone, unless another address of it is given. Whoever has
        the address and its token can then use it, and the way there is not encrypted.
    no_browser
        Only print the address.
    """
    from glassnet.cli.output import say
    from glassnet.studio.given import Given
    from glassnet.studio.opening import build_page, check_given, listening, open_browser

    given = Given(source, data)
    check_given(given)
    build_page(say)
    from glassnet.studio.server import serve

    with listening(host, port) as (socket, door):
        print(door.address, flush=True)
        say("The studio is open; Ctrl-C ends it.")
        if not no_browser:
            open_browser(door.address)
        serve(door, given, socket)
    return 0
