// A small file that is replaced whole, also where that fails.

import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { replaceFile } from '../../src/embedded/checkpoint/whole-file.ts'
import { tempFolder } from '../support/temp-folder.ts'

let folder: string
beforeEach(() => {
  folder = tempFolder('whole-file')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('replaces the file, with nothing left beside it', async () => {
  const file = join(folder, 'ends.json')
  await replaceFile(file, 'one')
  await replaceFile(file, 'two')
  expect(readFileSync(file, 'utf8')).toBe('two')
  expect(readdirSync(folder)).toEqual(['ends.json'])
})

it('leaves nothing beside it where it fails, however often it is tried', async () => {
  const file = join(folder, 'ends.json')
  mkdirSync(file)
  for (let i = 0; i < 3; i++)
    await expect(replaceFile(file, 'one')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/)
  expect(readdirSync(folder)).toEqual(['ends.json'])
})
