// An invalid pack and the fault that must be reported.

export interface BadPack {
  readonly why: string
  readonly text: string | Uint8Array
  /** Line of the fault, from 1; left out: the line that ends with `#!`. */
  readonly line?: number
  readonly path: string
  readonly says: RegExp
}
