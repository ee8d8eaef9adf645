// A pack that is refused, and what must be told of it.

export interface BadPack {
  readonly why: string
  readonly text: string | Uint8Array
  /** Of the fault, from 1; left out: the line that ends with `#!`. */
  readonly line?: number
  readonly path: string
  readonly says: RegExp
}
