// What a client sends on the stream, and what it holds the answers to.

import { expect } from 'vitest'
import type { FakeSocket } from './notifier-harness.ts'

export const subscribe = (from: string, filter: object = {}, id = 's1') =>
  JSON.stringify({ type: 'subscribe', id, filter, from })

/** Every frame's prev is the cursor of the one before it. */
export function checkChain(socket: FakeSocket, id = 's1'): void {
  const frames = socket.frames.filter(frame => frame.id === id && frame.cursor !== undefined)
  frames.slice(1).forEach((frame, i) => {
    expect(frame.prev).toBe(frames[i]?.cursor)
  })
}
