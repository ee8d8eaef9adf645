// `tocsin start`, the command behind `npm start`: its output, resuming after a stop, and its exit.

import { freePort } from '@tocsin/testing/process/free-port'
import { readOwnerKey, spawnSuite } from '@tocsin/testing/process/suite-process'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { expect, it } from 'vitest'

it('plays the demonstration, prints its addresses, stops cleanly in the middle and resumes there', async () => {
  await withTempDir(async dataDir => {
    const options = {
      role: 'start',
      dataDir,
      port: await freePort(),
      args: ['--speed', '40']
    } as const
    const first = await spawnSuite(options)
    await waitFor(() => first.output.includes('AD-231230-1'), {
      what: 'fourth line of the scenario',
      timeoutMs: 60_000
    })
    // A terminal alone gets a link; elsewhere the command that makes one is printed.
    expect(first.output).toContain('keys link owner')
    expect(first.output).not.toContain('/sign-in?token=')
    const headers = { authorization: `Bearer ${await readOwnerKey(dataDir)}` }
    const path = '/v1/keys/owner/sign-in-links'
    const made = await fetch(`${first.url}${path}`, { method: 'POST', headers })
    const { url: link } = (await made.json()) as { readonly url: string }
    for (const method of ['GET', 'HEAD', 'GET'])
      expect((await fetch(link, { method, redirect: 'manual' })).status).toBe(200)
    const pressed = await fetch(link, { method: 'POST', redirect: 'manual' })
    expect([pressed.status, pressed.headers.get('location')]).toEqual([303, '/'])
    expect(pressed.headers.get('set-cookie')).toMatch(
      /HttpOnly.*SameSite=Strict|SameSite=Strict.*HttpOnly/
    )
    expect((await fetch(link, { method: 'POST', redirect: 'manual' })).status).toBe(401)
    await waitFor(() => />> .*RAISED.*siege/.test(first.output), {
      what: 'raised siege on the terminal',
      timeoutMs: 60_000
    })
    // Ctrl-C in a terminal signals the process itself, and again through npm.
    first.signal('SIGINT')
    first.signal('SIGINT')
    expect(await first.exited).toEqual({ code: 0, signal: null })
    expect(first.output).toContain('will continue from here next time')

    const second = await spawnSuite({ ...options, args: ['--speed', '0'] })
    await waitFor(() => second.output.includes('the scenario is complete'), {
      what: 'end of the scenario',
      timeoutMs: 120_000
    })
    expect(second.output).toContain('the scenario continues after 20')
    expect(second.output).not.toContain('FN-231212-1')
    expect(await second.stop()).toEqual({ code: 0, signal: null })

    const third = await spawnSuite({
      ...options,
      args: ['--no-scenario'],
      env: { TOCSIN_LOG_LEVEL: 'info' }
    })
    expect(third.output).not.toContain('scenario')
    await third.stop()
    // Without a terminal standard output has nothing but lines of the log.
    const lines = third.standardOutput.trim().split('\n')
    expect(lines.map(line => JSON.parse(line).msg)).toEqual(
      expect.arrayContaining(['configuration', 'Tocsin is running', 'stopped'])
    )
  })
})
