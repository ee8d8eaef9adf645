// What a cursor contains, as bytes. Positions alone take a short form, so that a frame for a bad
// link stays small; large ones a wider form, and anything else is JSON. Each content has exactly
// one form; older cursors in a wider one still open.

import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import type { Cursor } from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'

/**
 * What a client's cursor contains: positions in one or more topics, and extra state of its
 * transport.
 */
export interface CursorContent {
  readonly cursors: readonly Cursor[]
  /** Small JSON. */
  readonly extra?: unknown
}

export type CursorForm = 'json' | 'compact' | 'short'

/** Contents are padded to whole blocks: their length would reveal how much of the log is hidden. */
const blockBytes = 16
/** Positions of JSON are padded to this number of digits, for the same reason. */
const positionDigits = 10
/**
 * Of each position, in the forms of bytes. The short one serves until a partition holds 16.7
 * million records.
 */
const positionBytes = { compact: 5, short: 3 } as const
type BytesForm = keyof typeof positionBytes

/** Numbers in cursors that clients hold: never changed, only added to. 0 is padding. */
const topicNumbers: Readonly<Record<Topic, number>> = {
  [topics.incidents]: 1,
  [topics.assembly]: 2,
  [topics.alerts]: 3,
  [topics.control]: 4,
  [topics.deliveries]: 5,
  [topics.snapshots]: 6,
  [topics.keys]: 7,
  [topics.quarantine]: 8
}
const topicOfNumber = new Map(
  Object.entries(topicNumbers).map(([topic, number]) => [number, topic as Topic])
)
const nameOf = Object.fromEntries(
  Object.entries(topics).map(([name, topic]) => [topic, name])
) as Record<Topic, keyof typeof topics>

export function encodeContent(content: CursorContent): {
  readonly form: CursorForm
  readonly plain: Buffer
} {
  const { cursors, extra } = content
  const fits = (form: BytesForm) =>
    extra === undefined && cursors.length > 0 && cursors.every(each => fitsBytes(form, each))
  // Its length depends on the number of partitions alone: it needs no padding.
  if (fits('short'))
    return {
      form: 'short',
      plain: Buffer.concat(cursors.map(each => encodeBytes('short', each)))
    }
  if (fits('compact'))
    return {
      form: 'compact',
      plain: padded(Buffer.concat(cursors.map(each => encodeBytes('compact', each))), 0)
    }
  return { form: 'json', plain: encodeJson(content) }
}

/** Only for bytes that `encodeContent` made: the shape is known. */
export function decodeContent(form: CursorForm, plain: Buffer): CursorContent {
  return form === 'json' ? parseContent(plain) : { cursors: [...cursorsIn(form, plain)] }
}

/** A log's epoch as bytes, if it is hexadecimal, as those of our logs are; a UUID is too. */
const hexPattern = /^(?:[0-9a-f]{2}){1,16}$/
const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const uuidMark = 0x80

function fitsBytes(form: BytesForm, { epoch, positions }: Cursor): boolean {
  const positionMax = 1n << BigInt(8 * positionBytes[form])
  const isHex = hexPattern.test(epoch) || uuidPattern.test(epoch)
  return isHex && positions.length < 256 && positions.every(position => position < positionMax)
}

/** Topic, length of the epoch, epoch, number of positions, positions. */
function encodeBytes(form: BytesForm, { topic, epoch, positions }: Cursor): Buffer {
  const width = positionBytes[form]
  const bytes = Buffer.from(epoch.replaceAll('-', ''), 'hex')
  const head = [
    topicNumbers[topic],
    bytes.length | (epoch.includes('-') ? uuidMark : 0),
    ...bytes,
    positions.length
  ]
  const plain = Buffer.alloc(head.length + positions.length * width)
  plain.set(head)
  for (const [i, position] of positions.entries())
    plain.writeUIntBE(Number(position), head.length + i * width, width)
  return plain
}

function* cursorsIn(form: BytesForm, plain: Buffer): Generator<Cursor> {
  const width = positionBytes[form]
  for (let at = 0; at < plain.length && plain[at] !== 0; ) {
    const topic = topicOfNumber.get(plain[at] as number)
    if (topic === undefined) throw new Error('a cursor of ours names an unknown topic')
    const mark = plain[at + 1] as number
    const countAt = at + 2 + (mark & ~uuidMark)
    const hex = plain.subarray(at + 2, countAt).toString('hex')
    const epoch = mark & uuidMark ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : hex
    at = countAt + 1 + (plain[countAt] as number) * width
    const positions: bigint[] = []
    for (let each = countAt + 1; each < at; each += width)
      positions.push(BigInt(plain.readUIntBE(each, width)))
    yield { topic, epoch, positions }
  }
}

/** `[["alerts","<epoch>","12,40"],…]` or `[[…],extra]`. */
function encodeJson({ cursors, extra }: CursorContent): Buffer {
  const named = cursors.map(c => [nameOf[c.topic], c.epoch, c.positions.join(',')])
  const json = Buffer.from(
    extra === undefined ? JSON.stringify([named]) : toCanonicalJson([named, extra])
  )
  let longest = json.length
  for (const { positions } of cursors)
    for (const each of positions) longest += Math.max(0, positionDigits - String(each).length)
  return padded(json, longest, ' ')
}

function parseContent(plain: Buffer): CursorContent {
  const [named, extra] = JSON.parse(plain.toString()) as [
    [keyof typeof topics, string, string][],
    unknown
  ]
  const cursors = named.map(([name, epoch, positions]) => ({
    topic: topics[name],
    epoch,
    positions: positions === '' ? [] : positions.split(',').map(BigInt)
  }))
  return extra === undefined ? { cursors } : { cursors, extra }
}

function padded(bytes: Buffer, bytesMin: number, filling: string | number = 0): Buffer {
  const length = Math.ceil(Math.max(bytes.length, bytesMin) / blockBytes) * blockBytes
  return Buffer.concat([bytes], length).fill(filling, bytes.length)
}
