// The JSON text of a large value in pieces, so that whoever writes it can do other work in between.

import { plainOf } from '../finding/told-finding.ts'

/**
 * Values with at most this many members, at all depths, are made into text at once: a millisecond
 * of work.
 */
const membersMax = 2000
/** Characters of a piece; the last value in it may go beyond. */
const pieceChars = 32 * 1024

/** How values are written. */
export interface Writing {
  /** True for what is written as one small value, however large it is. */
  isAtom(value: object): boolean
  /** The form in which a value is written; called for small ones. */
  packed(value: unknown): unknown
}

/**
 * True if a value has so many members that its text should be made in pieces. Looks at no more of
 * it than that.
 */
export function isLarge(value: unknown, writing: Writing): boolean {
  return membersUpTo(value, writing, membersMax) > membersMax
}

/**
 * The JSON text of plain data in pieces; joined they are one text. The value must not change
 * meanwhile.
 */
export function* jsonPieces(value: unknown, writing: Writing): Generator<string> {
  let piece = ''
  for (const text of textsOf(value, writing)) {
    piece += text
    if (piece.length < pieceChars) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}

function* textsOf(value: unknown, writing: Writing): Generator<string> {
  if (!isLarge(value, writing)) {
    yield textOf(writing.packed(value)) ?? 'null'
    return
  }
  const isList = Array.isArray(value)
  let before = isList ? '[' : '{'
  for (const [name, field] of Object.entries(plainOf(value as object))) {
    if (field === undefined && !isList) continue
    yield isList ? before : `${before}${JSON.stringify(name)}:`
    yield* textsOf(field, writing)
    before = ','
  }
  // Nothing of it is written if all its members are undefined.
  if (before !== ',') yield before
  yield isList ? ']' : '}'
}

/** Undefined for what JSON has no text for. */
function textOf(value: unknown): string | undefined {
  return JSON.stringify(value)
}

/**
 * The number of members of a value at all depths, itself included; a number above `max` stands for
 * any above it.
 */
function membersUpTo(value: unknown, writing: Writing, max: number): number {
  if (typeof value !== 'object' || value === null || writing.isAtom(value)) return 1
  let count = 1
  for (const field of Array.isArray(value) ? value : Object.values(value)) {
    count += membersUpTo(field, writing, max - count)
    if (count > max) break
  }
  return count
}
