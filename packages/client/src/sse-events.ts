// Server-sent events out of a stream of text. Source: HTML Living Standard, section 9.2.6.

export interface SseEvent {
  readonly name: string
  /** The last id that was given; empty before the first. */
  readonly id: string
  readonly data: string
}

/**
 * Largest event, characters. The server's are far smaller: a stream that exceeds it is none of
 * ours.
 */
const eventLengthMax = 8_388_608

/** Splits text, in pieces of any size, into events. */
export class SseReader {
  #rest = ''
  #name = ''
  #id = ''
  #data: string[] = []
  #length = 0

  /** The events that this piece completes. Throws RangeError if one is too large. */
  read(text: string): SseEvent[] {
    const events: SseEvent[] = []
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/)
    this.#rest = lines.pop() ?? ''
    this.#length += text.length
    if (this.#length > eventLengthMax) throw new RangeError('an event of the stream is too large')
    for (const line of lines) {
      if (line !== '') this.#readLine(line)
      else this.#end(events)
    }
    return events
  }

  #readLine(line: string): void {
    const colon = line.indexOf(':')
    const [name, value] =
      colon === -1 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')]
    if (name === 'event') this.#name = value
    else if (name === 'id') this.#id = value
    else if (name === 'data') this.#data.push(value)
  }

  #end(events: SseEvent[]): void {
    const name = this.#name === '' ? 'message' : this.#name
    if (this.#data.length > 0) events.push({ name, id: this.#id, data: this.#data.join('\n') })
    this.#name = ''
    this.#data = []
    this.#length = this.#rest.length
  }
}
