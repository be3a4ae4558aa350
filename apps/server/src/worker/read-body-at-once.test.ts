import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { AppError } from "@lyceum/domain";
import { ClientGone } from "@lyceum/gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBody } from "./read-body.ts";

const LIMIT = 1_000;

type Heard = { readonly request: IncomingMessage; readonly reading: Buffer | Promise<Buffer> };

/** What the server has made of its requests. */
let heard: Heard[] = [];
/** Reads bodies a turn after their heads have come, as the gateway does, and answers with them. */
const server = createServer(async (request, response) => {
  await null;
  const reading = readBody(request, LIMIT, null);
  heard.push({ request, reading });
  await Promise.resolve(reading).then(
    (body) => response.end(body),
    (error: unknown) => response.end(error instanceof AppError ? error.code : "another"),
  );
});

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function client() {
  heard = [];
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").setNoDelay();
  await once(socket, "connect");
  return socket;
}
const head = (...headers: string[]) =>
  `POST / HTTP/1.1\r\nhost: x\r\n${headers.map((each) => `${each}\r\n`).join("")}\r\n`;

/** The bodies of so many answers. */
async function answers(socket: Socket, count: number): Promise<string[]> {
  let text = "";
  while (text.split("HTTP/1.1 ").length <= count || !isWhole(text)) text += String(await once(socket, "data"));
  return text
    .split("HTTP/1.1 ")
    .slice(1)
    .map((answer) => answer.slice(answer.indexOf("\r\n\r\n") + 4));
}
function isWhole(text: string): boolean {
  const last = text.slice(text.lastIndexOf("HTTP/1.1 "));
  const length = Number(/content-length: (\d+)/i.exec(last)?.[1]);
  return last.length - last.indexOf("\r\n\r\n") - 4 === length;
}
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe("readBody with a body that came with its head", () => {
  it("has it at once, and leaves the connection to the next request", async () => {
    const socket = await client();
    socket.write(`${head("content-length: 5")}hello`);
    expect(await answers(socket, 1)).toEqual(["hello"]);
    socket.write(`${head("content-length: 1000")}${"x".repeat(1_000)}`);
    expect(await answers(socket, 1)).toEqual(["x".repeat(1_000)]);
    expect(heard.map(({ reading }) => Buffer.isBuffer(reading))).toEqual([true, true]);
    await until(() => heard.every(({ request }) => request.readableEnded));
    socket.destroy();
  });

  it("keeps two requests of one packet apart", async () => {
    const socket = await client();
    socket.write(`${head("content-length: 3")}one${head("content-length: 3")}two`);
    expect(await answers(socket, 2)).toEqual(["one", "two"]);
    socket.destroy();
  });

  it("gives an empty one, and none where there is none", async () => {
    const socket = await client();
    socket.write(head("content-length: 0"));
    expect(await answers(socket, 1)).toEqual([""]);
    socket.write(head());
    expect(await answers(socket, 1)).toEqual([""]);
    socket.destroy();
  });

  it("reads one in chunks to its end, and refuses it where it is too long", async () => {
    const socket = await client();
    socket.write(`${head("transfer-encoding: chunked")}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`);
    expect(await answers(socket, 1)).toEqual(["abcde"]);
    socket.write(`${head("transfer-encoding: chunked")}3e9\r\n${"x".repeat(1_001)}\r\n0\r\n\r\n`);
    expect(await answers(socket, 1)).toEqual(["body_too_large"]);
    socket.destroy();
  });

  it("gives it also if its client hangs up behind it", async () => {
    const socket = await client();
    socket.write(`${head("content-length: 5")}hello`, () => socket.resetAndDestroy());
    await until(() => heard.length === 1);
    expect(String(heard[0]?.reading)).toBe("hello");
    await until(() => heard[0]?.request.destroyed === true);
  });
});

describe("readBody with a body that comes later", () => {
  it("waits for it, in as many packets as it comes", async () => {
    const socket = await client();
    for (const piece of [head("content-length: 5"), "he", "llo"]) {
      socket.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await answers(socket, 1)).toEqual(["hello"]);
    expect(Buffer.isBuffer(heard[0]?.reading)).toBe(false);
    socket.destroy();
  });

  it("takes the first of two packets for no body", async () => {
    const socket = await client();
    socket.write(`${head("content-length: 5")}he`);
    await until(() => heard.length === 1);
    expect(Buffer.isBuffer(heard[0]?.reading)).toBe(false);
    socket.write("llo");
    expect(await answers(socket, 1)).toEqual(["hello"]);
    socket.destroy();
  });

  it("rejects if less comes than was told, and if its client breaks off", async () => {
    for (const leave of [(socket: Socket) => socket.end(), (socket: Socket) => socket.resetAndDestroy()]) {
      const socket = await client();
      socket.on("error", () => undefined);
      socket.write(`${head("content-length: 6")}hello`);
      await until(() => heard.length === 1);
      leave(socket);
      await expect(heard[0]?.reading).rejects.toBeInstanceOf(ClientGone);
      socket.destroy();
    }
  });
});
