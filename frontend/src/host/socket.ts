// The page of `glassnet play`: a WebSocket to the server that it came from.
import { openByBrowser, saveByBrowser, type Host, type Message, type Place } from "./host";
import { words } from "../words";

const HERE = '{"do":"here"}';
const OFTEN = 60_000; // milliseconds from saying that somebody looks at it to saying so again
const AGAIN = 1500; // milliseconds until a lost connection is tried again

/** The page's own address: what is shown stands behind its #. */
const place: Place = {
  read: () => location.hash.slice(1),
  write(fragment) {
    const hash = fragment ? `#${fragment}` : "";
    if (hash !== location.hash) history.replaceState(null, "", location.pathname + hash);
  },
};

export function socketHost(): Host {
  const handlers: ((message: Message) => void)[] = [];
  const losses: ((sentence: string) => void)[] = [];
  const waiting: string[] = [];
  let socket: WebSocket;
  let opened = false;

  function connect(): void {
    socket = new WebSocket(new URL("/talk", location.href.replace(/^http/, "ws")));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      opened = true;
      for (const text of waiting.splice(0)) socket.send(text);
    };
    socket.onmessage = ({ data }) => {
      for (const handler of handlers) handler(data as Message);
    };
    socket.onclose = ({ reason }) => {
      for (const told of losses) told(reason || words.app.lost);
      if (opened && !reason) setTimeout(connect, AGAIN);
      opened = false;
    };
  }

  // the token has done its work: a cookie has its place, and it stands in no history
  if (new URLSearchParams(location.search).has("token")) {
    history.replaceState(null, "", location.pathname + location.hash);
  }
  connect();
  setInterval(() => {
    if (document.visibilityState === "visible" && socket.readyState === WebSocket.OPEN) socket.send(HERE);
  }, OFTEN);
  return {
    send: (text) => void (socket.readyState === WebSocket.OPEN ? socket.send(text) : waiting.push(text)),
    receive: (handler) => void handlers.push(handler),
    lost: (handler) => void losses.push(handler),
    save: saveByBrowser,
    open: openByBrowser,
    place,
    opens: "",
  };
}
