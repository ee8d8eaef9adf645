import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as ws from 'ws'
import { Burst, SharedFrame, socketMessage } from '../../src/stream/shared-frame.ts'

/** Of one to four bytes: plain, quoting, control, combining, bidirectional. */
const anyCharacter = fc.constantFrom(...'az0 -"\\<&\0\n\u0301éß漢\u202e\ufeff😀')

interface MessageReader {
  on(name: 'message', listener: (data: Buffer, isBinary: boolean) => void): void
  write(bytes: Buffer): void
}
/** Its types leave it out. */
const { Receiver } = ws as unknown as {
  Receiver: new (options: { readonly isServer: boolean }) => MessageReader
}

/** The texts that a client of ws reads out of these bytes. */
function readBy(bytes: Buffer): string[] {
  const texts: string[] = []
  const receiver = new Receiver({ isServer: false })
  receiver.on('message', (data, isBinary) =>
    texts.push(`${isBinary ? 'binary ' : ''}${data.toString()}`)
  )
  receiver.write(bytes)
  return texts
}

describe('a message of the WebSocket', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])(
    'of %i bytes is read as it was written',
    length => {
      const text = 'x'.repeat(length)
      expect(readBy(socketMessage(text))).toEqual([text])
    }
  )

  it('is text of any characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), text => {
        const whole = text.toWellFormed()
        expect(readBy(socketMessage(whole))).toEqual([whole])
      })
    )
  })
})

describe('a burst', () => {
  it('has all its frames in order, whoever else gets which of them', () => {
    const frames = Array.from({ length: 5 }, (_, i) => new SharedFrame(`shared ${i}`))
    const act = fc.record({ client: fc.nat(3), frame: fc.option(fc.nat(4)) })
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), acts => {
        const beginning = Burst.begin()
        const bursts = [beginning, beginning, beginning, beginning]
        const expected: string[][] = [[], [], [], []]
        for (const [i, { client, frame }] of acts.entries()) {
          const before = bursts[client] as Burst
          const text = frame === null ? `own ${i}` : `shared ${frame}`
          bursts[client] =
            frame === null ? before.withOwn(text) : before.with(frames[frame] as SharedFrame)
          expected[client]?.push(text)
        }
        expect(bursts.map(burst => readBy(burst.bytes))).toEqual(expected)
        expect(bursts.map(({ length }) => length)).toEqual(bursts.map(({ bytes }) => bytes.length))
      })
    )
  })

  it('is joined once for all who get the same', () => {
    const [one, two] = [new SharedFrame('one'), new SharedFrame('two')]
    const beginning = Burst.begin()
    expect(beginning.with(one).with(two).bytes).toBe(beginning.with(one).with(two).bytes)
    expect(beginning.with(two).with(one).bytes).not.toEqual(beginning.with(one).with(two).bytes)
  })
})
