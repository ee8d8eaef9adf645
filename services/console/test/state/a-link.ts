// A page that signs in and opens its stream, and one whose link comes back.

import './a-suite.ts'
import './a-stream.ts'
import { expect, vi } from 'vitest'
import { link } from '../../src/state/console-state.ts'
import { retryNow } from '../../src/state/live-link.ts'
import { begin } from '../../src/state/session.ts'
import { Socket } from './a-stream.ts'

/** Also outside of a test. */
const isSo = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 5 })

async function connectBy(connect: () => unknown): Promise<Socket> {
  const before = Socket.all.length
  await connect()
  await isSo(() => expect(Socket.all.length).toBe(before + 1))
  await Socket.last.open()
  return Socket.last
}

export const signIn = () => connectBy(begin)

export async function comesBack(): Promise<Socket> {
  Socket.last.close(1006)
  await isSo(() => expect(link.value.kind).toBe('waiting'))
  return connectBy(retryNow)
}
