// Progress of an import, in a small file, so that it resumes after a crash. It is only a hint:
// rows already accepted are duplicates when posted again, so an old note costs only time. It is
// used only for the same file, the same way of reading it, the same suite and, by its cursor, the
// same log.

import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import type { ImportTally } from '@tocsin/intake/imports/import-tally'
import { areThere, type RefusedMark } from './refused-files.ts'

export interface ImportCheckpoint extends RefusedMark {
  readonly version: 1
  /** Digest of the file's bytes. */
  readonly fileSha256: string
  /** Digest of all options that decide what rows become and where they go. */
  readonly settingsDigest: string
  /** All rows up to this one have final answers. */
  readonly row: number
  readonly tally: ImportTally
  /**
   * Covers everything accepted so far; else null. A suite with another log refuses it.
   */
  readonly cursor: string | null
}

/** What a note must match to be used. */
export type ImportIdentity = Pick<ImportCheckpoint, 'fileSha256' | 'settingsDigest'>

export type FoundCheckpoint =
  | { readonly kind: 'found'; readonly state: ImportCheckpoint }
  | { readonly kind: 'none' }
  | { readonly kind: 'of-another'; readonly what: 'file' | 'settings' }
  /** The refused rows that it counts are gone. */
  | { readonly kind: 'without-refused' }
  | { readonly kind: 'unreadable' }

/** The usable note of an earlier run, if there is one. Rejects only if the file system fails. */
export async function findCheckpoint(
  file: string,
  identity: ImportIdentity
): Promise<FoundCheckpoint> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return { kind: 'none' }
  const state = parseCheckpoint(text)
  if (state === null) return { kind: 'unreadable' }
  if (state.fileSha256 !== identity.fileSha256) return { kind: 'of-another', what: 'file' }
  if (state.settingsDigest !== identity.settingsDigest)
    return { kind: 'of-another', what: 'settings' }
  return (await areThere(state)) ? { kind: 'found', state } : { kind: 'without-refused' }
}

/** Writes the note atomically: a crash leaves the old one or the new one. */
export async function saveCheckpoint(file: string, state: ImportCheckpoint): Promise<void> {
  const next = `${file}.next`
  await writeFile(next, JSON.stringify(state))
  await rename(next, file)
}

export async function removeCheckpoint(file: string): Promise<void> {
  await rm(file, { force: true })
}

function parseCheckpoint(text: string): ImportCheckpoint | null {
  try {
    const state = JSON.parse(text) as Partial<ImportCheckpoint> | null
    const isWhole =
      state?.version === 1 &&
      Number.isSafeInteger(state.row) &&
      typeof state.tally?.rows === 'number'
    return isWhole ? (state as ImportCheckpoint) : null
  } catch {
    // A truncated note, after a power failure: treated as none.
    return null
  }
}
