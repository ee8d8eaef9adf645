// The file of alerts: it gets its name only once complete, and has a size limit.

import { execFileSync } from 'node:child_process'
import {
  createReadStream,
  lstatSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { beforeEach, expect, it } from 'vitest'
import { AlertFile } from '../../src/backtest/alert-file.ts'

let dir: string
let file: string
beforeEach(async () => {
  dir = await makeTempDir()
  file = join(dir, 'alerts.ndjson')
  return () => removeDir(dir)
})

it('holds one line per event, and gets its name at the end', async () => {
  const alerts = await AlertFile.begin(file)
  alerts.add(Buffer.from('{"a":1}'))
  await alerts.written()
  alerts.add(Buffer.from('{"b":2}'))
  expect(readdirSync(dir)).toEqual(['alerts.ndjson.part'])
  await alerts.finish()
  expect(readdirSync(dir)).toEqual(['alerts.ndjson'])
  expect(readFileSync(file, 'utf8')).toBe('{"a":1}\n{"b":2}\n')
  expect(alerts.bytes).toBe(16)
})

it('keeps an earlier file if it is discarded', async () => {
  writeFileSync(file, 'of an earlier run\n')
  const alerts = await AlertFile.begin(file)
  alerts.add(Buffer.from('{}'))
  await alerts.written()
  await alerts.discard()
  expect(readdirSync(dir)).toEqual(['alerts.ndjson'])
  expect(readFileSync(file, 'utf8')).toBe('of an earlier run\n')
})

it('does not grow beyond its limit', async () => {
  const alerts = await AlertFile.begin(file, 20)
  for (let i = 0; i < 2; i++) alerts.add(Buffer.from('123456789'))
  await alerts.written()
  alerts.add(Buffer.from(''))
  await expect(alerts.written()).rejects.toThrow(/^alerts\.ndjson would exceed .*or one country$/)
  await alerts.discard()
})

it('replaces the file behind a link, which stays', async () => {
  writeFileSync(join(dir, 'elsewhere'), 'of an earlier run\n')
  symlinkSync('elsewhere', file)
  const alerts = await AlertFile.begin(file)
  alerts.add(Buffer.from('{}'))
  await alerts.finish()
  expect(lstatSync(file).isSymbolicLink()).toBe(true)
  expect(readFileSync(join(dir, 'elsewhere'), 'utf8')).toBe('{}\n')
})

it('writes into a pipe that has its name, which stays', async () => {
  execFileSync('mkfifo', [file])
  const read = text(createReadStream(file))
  const alerts = await AlertFile.begin(file)
  alerts.add(Buffer.from('{}'))
  await alerts.finish()
  expect(lstatSync(file).isFIFO()).toBe(true)
  expect(await read).toBe('{}\n')
  const again = text(createReadStream(file))
  await (await AlertFile.begin(file)).discard()
  expect(await again).toBe('')
  expect(lstatSync(file).isFIFO()).toBe(true)
})
