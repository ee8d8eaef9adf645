// Files that are of use only whole, over links that hang or break off.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { wholeFiles } from '../../src/http/whole-files.ts'

/** A link that answers with a part of a file every `everyMs`, `parts` times, and then hangs or ends. */
function answerSlowly(parts: number, everyMs: number, ends: boolean) {
  return async (_url: string, { signal }: { readonly signal: AbortSignal }) => {
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const send = () => {
          if (signal.aborted) return
          if (sent++ < parts) {
            controller.enqueue(new Uint8Array(10))
            setTimeout(send, everyMs)
          } else if (ends) controller.close()
        }
        setTimeout(send, everyMs)
        signal.addEventListener('abort', () => controller.error(signal.reason))
      }
    })
    return new Response(body)
  }
}

describe('files of use only whole', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('come over a slow link, however long it takes', async () => {
    vi.stubGlobal('fetch', answerSlowly(20, 5_000, true))
    const files = wholeFiles(['/a', '/b'])
    await vi.advanceTimersByTimeAsync(21 * 5_000)
    expect((await files).map(({ size }) => size)).toEqual([200, 200])
  })

  it('are given up after 6 s without a byte', async () => {
    vi.stubGlobal('fetch', answerSlowly(2, 1_000, false))
    const ended = vi.fn()
    wholeFiles(['/a']).catch(ended)
    await vi.advanceTimersByTimeAsync(7_900)
    expect(ended).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(200)
    expect(ended).toHaveBeenCalledWith(new Error('the link is silent'))
  })

  it('are given up at once if one is refused', async () => {
    vi.stubGlobal('fetch', async () => new Response('', { status: 404 }))
    await expect(wholeFiles(['/a'])).rejects.toThrow('/a was answered with 404')
  })
})
