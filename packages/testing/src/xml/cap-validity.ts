// CAP documents against the schema of OASIS: by libxml2 as WebAssembly, which is there on every
// machine, and by the `xmllint` of the machine where there is one.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { memoryPages, validateXML } from 'xmllint-wasm'

const schemaFile = fileURLToPath(new URL('./CAP-v1.2.xsd', import.meta.url))
const schema = { fileName: 'CAP-v1.2.xsd', contents: readFileSync(schemaFile) }
/** Documents given to one run: each loads the library. */
const batchMax = 200

/** What is wrong with the documents, by their index; empty if all are valid. */
export async function checkCap(documents: readonly string[]): Promise<readonly string[]> {
  const faults: string[] = []
  for (let from = 0; from < documents.length; from += batchMax) {
    const xml = documents
      .slice(from, from + batchMax)
      .map((contents, i) => ({ fileName: `${from + i}.xml`, contents }))
    const { valid, errors, rawOutput } = await validateXML({
      xml,
      schema,
      maxMemoryPages: memoryPages.GiB
    })
    if (!valid)
      faults.push(
        ...(errors.length === 0 ? [rawOutput] : errors.map(({ rawMessage }) => rawMessage))
      )
  }
  return faults
}

export const hasXmllint = spawnSync('xmllint', ['--version']).status === 0

/** The same by the machine's own `xmllint --schema`. */
export function checkByXmllint(documents: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-cap-'))
  try {
    const faults: string[] = []
    for (let from = 0; from < documents.length; from += batchMax) {
      const files = documents.slice(from, from + batchMax).map((text, i) => {
        const file = join(folder, `${from + i}.xml`)
        writeFileSync(file, text)
        return file
      })
      const done = spawnSync('xmllint', ['--nonet', '--noout', '--schema', schemaFile, ...files], {
        encoding: 'utf8'
      })
      if (done.status !== 0)
        faults.push(
          ...done.stderr.split('\n').filter(line => line !== '' && !line.endsWith(' validates'))
        )
    }
    return faults
  } finally {
    rmSync(folder, { recursive: true })
  }
}
