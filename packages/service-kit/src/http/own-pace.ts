// Requests that may last longer than `requestTimeoutMs`, because their route watches the pace itself. The server looks at its connections as a
// whole, so what is excused stands here by socket.

import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

const excused = new WeakSet<Socket>()

/** Excuses a request from the server's limit on its time until the returned function is called. Its route must end one that does not move. */
export function keepOwnPace({ socket }: IncomingMessage): () => void {
  excused.add(socket)
  return () => void excused.delete(socket)
}

/** True while a request of this connection keeps its own pace. */
export function keepsOwnPace(socket: Socket): boolean {
  return excused.has(socket)
}
