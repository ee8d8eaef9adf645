// The container of the gazetteer's binary tables: named arrays of numbers and texts in one file,
// read without parsing. Callers interpret the arrays.

const magic = 'TCSNGAZ1'
const alignment = 8

type NumberArray = Uint8Array | Uint16Array | Uint32Array | Int32Array

const arrayTypes = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, i32: Int32Array } as const
type ArrayType = keyof typeof arrayTypes

interface Section {
  readonly name: string
  readonly type: ArrayType
  /** Byte offset from the end of the header. */
  readonly offset: number
  readonly length: number
}

/**
 * A file of tables that is truncated, of another kind or of another version. Not retryable: the
 * installation is damaged.
 */
export class TableFileError extends Error {
  readonly code = 'gazetteer-table-damaged'
  readonly retryable = false
}

/** The bytes of a file with the given named arrays. Pure. */
export function writeTables(arrays: Readonly<Record<string, NumberArray>>): Buffer {
  const sections: Section[] = []
  const parts: Buffer[] = []
  let offset = 0
  for (const [name, array] of Object.entries(arrays)) {
    sections.push({ name, type: getType(array), offset, length: array.length })
    const bytes = padBytes(Buffer.from(array.buffer, array.byteOffset, array.byteLength), ' ')
    parts.push(bytes)
    offset += bytes.length
  }
  const header = padBytes(Buffer.from(JSON.stringify(sections)), ' ')
  const length = Buffer.alloc(alignment)
  length.writeUInt32LE(header.length)
  return Buffer.concat([Buffer.from(magic), length, header, ...parts])
}

export class Tables {
  readonly #bytes: Uint8Array
  readonly #sections = new Map<string, Section>()
  readonly #start: number

  /** Reads the header; the arrays are views of the bytes. Throws TableFileError. */
  constructor(file: Uint8Array) {
    // Views of four-byte elements need a multiple of four as offset, but small files share a buffer
    // at any offset.
    this.#bytes = file.byteOffset % alignment === 0 ? file : new Uint8Array(file)
    const text = (from: number, to: number) =>
      Buffer.from(this.#bytes.subarray(from, to)).toString()
    if (text(0, magic.length) !== magic)
      throw new TableFileError('not a table file of the gazetteer, or one of another version')
    const headerBytes = new DataView(this.#bytes.buffer, this.#bytes.byteOffset).getUint32(
      magic.length,
      true
    )
    this.#start = magic.length + alignment + headerBytes
    for (const section of JSON.parse(text(magic.length + alignment, this.#start)) as Section[]) {
      const end =
        this.#start + section.offset + section.length * arrayTypes[section.type].BYTES_PER_ELEMENT
      if (end > this.#bytes.length)
        throw new TableFileError(`the table ${section.name} is truncated`)
      this.#sections.set(section.name, section)
    }
  }

  readU8(name: string): Uint8Array {
    return this.#createView(name, 'u8', Uint8Array)
  }

  readU16(name: string): Uint16Array {
    return this.#createView(name, 'u16', Uint16Array)
  }

  readU32(name: string): Uint32Array {
    return this.#createView(name, 'u32', Uint32Array)
  }

  readI32(name: string): Int32Array {
    return this.#createView(name, 'i32', Int32Array)
  }

  /** A section of bytes as lines of text. */
  readLines(name: string): string[] {
    const bytes = this.readU8(name)
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString().split('\n')
  }

  #createView<A>(
    name: string,
    type: ArrayType,
    make: new (buffer: ArrayBufferLike, offset: number, length: number) => A
  ): A {
    const section = this.#sections.get(name)
    if (section?.type !== type) throw new TableFileError(`there is no table ${name}`)
    return new make(
      this.#bytes.buffer,
      this.#bytes.byteOffset + this.#start + section.offset,
      section.length
    )
  }
}

function getType(array: NumberArray): ArrayType {
  const found = (Object.keys(arrayTypes) as ArrayType[]).find(
    type => array instanceof arrayTypes[type]
  )
  if (found === undefined) throw new TypeError('unknown type of array in a file of tables')
  return found
}

function padBytes(bytes: Buffer, filler: string): Buffer {
  const missing = (alignment - (bytes.length % alignment)) % alignment
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing, filler)])
}
