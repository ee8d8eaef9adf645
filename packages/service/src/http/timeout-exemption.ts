// Requests that are exempt from `requestTimeoutMs`, because their route enforces a pace itself. The
// server checks connections as a whole, so the exemption is kept per socket.

import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

const exempt = new WeakSet<Socket>()

/**
 * Exempts a request from the server's timeout until the returned function is called. Its route must
 * end a stalled request itself.
 */
export function exemptFromTimeout({ socket }: IncomingMessage): () => void {
  exempt.add(socket)
  return () => void exempt.delete(socket)
}

/** True while a request of this connection is exempt. */
export function isExemptFromTimeout(socket: Socket): boolean {
  return exempt.has(socket)
}
