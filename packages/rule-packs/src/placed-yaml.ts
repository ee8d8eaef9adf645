// YAML as plain data with the line and column of every node. Anchors are followed within limits;
// what would not be plain data is refused. The meaning of the data is not known here.

import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError
} from 'yaml'
import type { PackFault } from './pack-fault.ts'

/** Maximum size of a file, bytes. */
const packBytesMax = 262_144
/**
 * Maximum number of members, items and values of a file. Anchored nodes count at each use: a few
 * lines could expand to millions.
 */
export const nodesMax = 20_000
/** Maximum nesting of lists and maps. */
export const depthMax = 24

export interface Position {
  readonly line: number
  readonly column: number
}

type Path = PackFault['path']

export interface PositionedData {
  readonly value: unknown
  /** Position of a value; if it is missing, that of its nearest existing parent. */
  positionOf(path: Path): Position
  /** Position of a member's name; for anything else, its own position. */
  keyPositionOf(path: Path): Position
}

export type YamlReading =
  | { readonly ok: true; readonly data: PositionedData }
  | { readonly ok: false; readonly faults: readonly PackFault[] }

/** Reads a file. Pure; never throws. */
export function readPositionedYaml(bytes: Uint8Array): YamlReading {
  const start = { line: 1, column: 1 }
  if (bytes.length > packBytesMax)
    return refuseYaml(start, `has ${bytes.length} bytes; the limit is ${packBytesMax}`)
  const text = decodeUtf8(bytes)
  if (typeof text !== 'string') return refuseYaml(text, 'is not UTF-8 from this position on')
  const lines = new LineCounter()
  const locate = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      uniqueKeys: true,
      prettyErrors: false,
      stringKeys: true
    })
    const errors = [...document.errors, ...document.warnings]
    const exhausted = errors.find(({ message }) => /call stack|stack overflow/i.test(message))
    if (exhausted !== undefined) return refuseDepth(locate(exhausted.pos[0]))
    if (errors.length > 0)
      return {
        ok: false,
        faults: errors
          .slice(0, 50)
          .map(error => ({ ...locate(error.pos[0]), path: [], detail: describeYamlError(error) }))
      }
    return new Walk(locate).read(document.contents as Node | null)
  } catch (error) {
    if (error instanceof RangeError) return refuseDepth(start)
    throw error
  }
}

/**
 * Thousands of nested lists exhaust the parser's stack: it throws, or has that among its errors.
 */
function refuseDepth(position: Position): YamlReading {
  return refuseYaml(position, `nests more than ${depthMax} lists and maps`)
}

function refuseYaml(position: Position, detail: string): YamlReading {
  return { ok: false, faults: [{ ...position, path: [], detail }] }
}

/** The text, or the position of the first byte that is not UTF-8. */
function decodeUtf8(bytes: Uint8Array): string | Position {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    let line = 1
    for (let from = 0; from < bytes.length; line++) {
      const end = bytes.indexOf(10, from)
      const next = end === -1 ? bytes.length : end + 1
      const lax = new TextDecoder().decode(bytes.subarray(from, next))
      if (lax.includes('\ufffd')) return { line, column: lax.indexOf('\ufffd') + 1 }
      from = next
    }
    return { line, column: 1 }
  }
}

const words: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'names a member twice',
  MULTIPLE_DOCS: 'starts a second document: a file has one pack',
  TAB_AS_INDENT: 'is indented by a tab; YAML requires spaces',
  TAG_RESOLVE_FAILED: 'has a tag, which packs do not support',
  NON_STRING_KEY: 'has a name that is not a string',
  BAD_ALIAS: 'has an invalid alias'
}

function describeYamlError({ code, message }: YAMLError): string {
  return words[code] ?? `is not well-formed YAML: ${message.split('\n')[0]}`
}

/** A fault that ends parsing. */
class Refusal {
  readonly fault: PackFault
  constructor(fault: PackFault) {
    this.fault = fault
  }
}

class Walk {
  readonly #at: (offset: number) => Position
  readonly #values = new Map<string, Position>()
  readonly #keys = new Map<string, Position>()
  readonly #anchors = new Map<string, Node>()
  readonly #open = new Set<Node>()
  #nodes = 0

  constructor(locate: (offset: number) => Position) {
    this.#at = locate
  }

  read(contents: Node | null): YamlReading {
    try {
      const value = contents === null ? null : this.#toPlain(contents, [], null)
      const findPosition = (path: Path): Position => {
        for (let length = path.length; length >= 0; length--) {
          const known = this.#values.get(buildKey(path.slice(0, length)))
          if (known !== undefined) return known
        }
        return { line: 1, column: 1 }
      }
      return {
        ok: true,
        data: {
          value,
          positionOf: findPosition,
          keyPositionOf: path => this.#keys.get(buildKey(path)) ?? findPosition(path)
        }
      }
    } catch (refusal) {
      if (refusal instanceof Refusal) return { ok: false, faults: [refusal.fault] }
      throw refusal
    }
  }

  /** `seenAt`: position of the alias through which this is read; null if it is here. */
  #toPlain(node: Node, path: Path, seenAt: Position | null): unknown {
    const position = seenAt ?? this.#at(node.range?.[0] ?? 0)
    const refuse = (detail: string): never => {
      throw new Refusal({ ...position, path, detail })
    }
    this.#nodes += 1
    if (this.#nodes > nodesMax)
      refuse(`has more than ${nodesMax} values, counting expanded anchors`)
    if (path.length > depthMax) refuse(`is nested more than ${depthMax} levels deep`)
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source)
      if (target === undefined)
        return refuse(`is an alias of *${node.source}, an anchor that is not defined before it`)
      if (this.#open.has(target))
        return refuse(`is an alias of *${node.source}, which contains it: an infinite structure`)
      return this.#toPlain(target, path, position)
    }
    if ('anchor' in node && typeof node.anchor === 'string') this.#anchors.set(node.anchor, node)
    this.#values.set(buildKey(path), position)
    this.#open.add(node)
    const value = this.#readContent(node, path, seenAt)
    this.#open.delete(node)
    return value
  }

  #readContent(node: Node, path: Path, seenAt: Position | null): unknown {
    if (isScalar(node)) return node.value === undefined ? null : node.value
    if (isSeq(node))
      return node.items.map((item, i) =>
        item === null ? null : this.#toPlain(item as Node, [...path, i], seenAt)
      )
    if (!isMap(node)) return null
    const members: [string, unknown][] = []
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : '?'
      const here = [...path, name]
      const keyAt = seenAt ?? this.#at((key as Node | null)?.range?.[0] ?? node.range?.[0] ?? 0)
      this.#keys.set(buildKey(here), keyAt)
      members.push([name, value === null ? null : this.#toPlain(value as Node, here, seenAt)])
    }
    // Defined as own properties: a name such as __proto__ is an ordinary member, which the schema
    // refuses.
    return Object.defineProperties(
      {},
      Object.fromEntries(
        members.map(
          ([name, value]) =>
            [name, { value, enumerable: true, writable: true, configurable: true }] as const
        )
      )
    )
  }
}

function buildKey(path: Path): string {
  return JSON.stringify(path)
}
