// How far an import has come, kept in a small file so that it goes on there after a crash. It is a note, not a truth: rows that stand are duplicates
// when they are posted again, so an old note costs time and nothing else. A note is only believed of the same file, the same way of reading it, the
// same suite and, by its cursor, the same log.

import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import type { ImportTally } from './import-tally.ts'
import { areThere, type RefusedMark } from './refused-files.ts'

export interface ImportState extends RefusedMark {
  readonly version: 1
  /** Of the bytes of the file. */
  readonly fileSha256: string
  /** Of all that decides what the file's rows become, and where they go. */
  readonly settingsDigest: string
  /** All rows up to this one are answered for good. */
  readonly row: number
  readonly tally: ImportTally
  /** Covers what was accepted so far; null where nothing was. A suite whose log is another one refuses it. */
  readonly cursor: string | null
}

/** What a note must say to be believed. */
export type ImportIdentity = Pick<ImportState, 'fileSha256' | 'settingsDigest'>

export type FoundState =
  | { readonly kind: 'found'; readonly state: ImportState }
  | { readonly kind: 'none' }
  | { readonly kind: 'of-another'; readonly what: 'file' | 'settings' }
  /** The refused rows that it counts are gone. */
  | { readonly kind: 'without-refused' }
  | { readonly kind: 'unreadable' }

/** The note of an earlier run, if there is one that may be believed. Rejects only where the file system fails. */
export async function findState(file: string, identity: ImportIdentity): Promise<FoundState> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return { kind: 'none' }
  const state = parsed(text)
  if (state === null) return { kind: 'unreadable' }
  if (state.fileSha256 !== identity.fileSha256) return { kind: 'of-another', what: 'file' }
  if (state.settingsDigest !== identity.settingsDigest) return { kind: 'of-another', what: 'settings' }
  return (await areThere(state)) ? { kind: 'found', state } : { kind: 'without-refused' }
}

/** Writes the note so that a crash leaves the old one or the new one. */
export async function saveState(file: string, state: ImportState): Promise<void> {
  const next = `${file}.next`
  await writeFile(next, JSON.stringify(state))
  await rename(next, file)
}

export async function removeState(file: string): Promise<void> {
  await rm(file, { force: true })
}

function parsed(text: string): ImportState | null {
  try {
    const state = JSON.parse(text) as Partial<ImportState> | null
    const isWhole = state?.version === 1 && Number.isSafeInteger(state.row) && typeof state.tally?.rows === 'number'
    return isWhole ? (state as ImportState) : null
  } catch {
    // Half a note, of a machine that lost its power: as good as none.
    return null
  }
}
