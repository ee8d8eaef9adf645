// Frames that many clients get: encoded once, and joined once for all clients that get the same
// ones in one turn.

/** A frame as text, with the bytes that all who get it share. */
export class SharedFrame {
  readonly text: string
  #bytes: Buffer | null = null
  #plainBytes: Buffer | null = null

  constructor(text: string) {
    this.text = text
  }

  /** As a WebSocket message. */
  get bytes(): Buffer {
    this.#bytes ??= socketMessage(this.text)
    return this.#bytes
  }

  /** Unchanged, for transports that need no more. */
  get plainBytes(): Buffer {
    this.#plainBytes ??= Buffer.from(this.text)
    return this.#plainBytes
  }
}

const maxLengthOfByte = 125
const maxLengthOfShort = 65_535
/** The whole of a message, text. */
const finalText = 0x81

/** A text as one unmasked WebSocket message. Source: RFC 6455, section 5.2. Pure. */
export function socketMessage(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const headBytes = length <= maxLengthOfByte ? 2 : length <= maxLengthOfShort ? 4 : 10
  const message = Buffer.allocUnsafe(headBytes + length)
  message[0] = finalText
  if (headBytes === 2) message[1] = length
  else if (headBytes === 4) {
    message[1] = 126
    message.writeUInt16BE(length, 2)
  } else {
    message[1] = 127
    message.writeBigUInt64BE(BigInt(length), 2)
  }
  message.write(text, headBytes)
  return message
}

/**
 * What one client gets in one turn. Clients that get the same frames in the same order share one.
 */
export class Burst {
  /** Bytes of all its frames. */
  readonly length: number
  readonly #before: Burst | null
  readonly #last: Buffer
  readonly #next = new Map<SharedFrame, Burst>()
  #bytes: Buffer | null = null

  private constructor(before: Burst | null, last: Buffer) {
    this.#before = before
    this.#last = last
    this.length = (before?.length ?? 0) + last.length
  }

  /** Empty. */
  static begin(): Burst {
    return new Burst(null, Buffer.alloc(0))
  }

  /** With one frame more. The same frame gives the same burst. */
  with(frame: SharedFrame): Burst {
    let next = this.#next.get(frame)
    if (next === undefined) {
      next = new Burst(this, frame.bytes)
      this.#next.set(frame, next)
    }
    return next
  }

  /** With a frame for one client only. */
  withOwn(text: string): Burst {
    return new Burst(this, socketMessage(text))
  }

  /** All its frames, joined once. */
  get bytes(): Buffer {
    this.#bytes ??= this.#joined()
    return this.#bytes
  }

  #joined(): Buffer {
    const parts: Buffer[] = []
    for (let each: Burst | null = this; each !== null; each = each.#before) parts.push(each.#last)
    return parts.length === 1 ? this.#last : Buffer.concat(parts.reverse(), this.length)
  }
}
