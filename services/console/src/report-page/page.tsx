// The reporter's page: the bar, and the form or the sign-in.

import { useEffect, useState } from 'preact/hooks'
import { suite } from '../http/requests.ts'
import { Button } from '../view/parts/basics.tsx'
import { words } from '../words/words.ts'
import { Form } from './form.tsx'
import { isOnline, isStored, report, signed, signIn, signOut } from './reporter-state.ts'
import { LastSent, Mine } from './sent.tsx'

export function Page() {
  const who = signed.value
  return (
    <>
      <header class="bar in-line">
        <a class="brand in-line gap-2 strong" href="/report">
          <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
            <path d="M10 2.2a1.3 1.3 0 0 1 1.3 1.3v.5c2.4.6 3.9 2.6 3.9 5.2v2.9l1.6 2.4H3.2l1.6-2.4V9.2c0-2.6 1.5-4.6 3.9-5.2v-.5A1.3 1.3 0 0 1 10 2.2z" />
            <path d="M7.8 16.2a2.2 2.2 0 0 0 4.4 0z" />
          </svg>
          {words.report.page}
        </a>
        <span class={`push light fine soft ${isOnline.value ? '' : 'warn'}`} role="status">
          <i class="light-mark" />
          {isOnline.value ? words.report.online : words.report.offline}
          {isStored.value ? ` · ${words.report.draftKept}` : ''}
        </span>
        {who.kind === 'caller' ? (
          <Button onClick={() => void signOut()}>{words.report.signOut}</Button>
        ) : null}
      </header>
      <main class="form">
        <h1 class="visually-hidden">{words.report.newReport}</h1>
        {who.kind === 'caller' ? (
          <Reporting scopes={who.caller.scopes} />
        ) : who.kind === 'none' ? (
          <SignIn hasEnded={who.hasEnded} />
        ) : (
          <p role="status">{who.isUnreachable ? words.report.unreachable : words.report.asking}</p>
        )}
      </main>
    </>
  )
}

function Reporting({ scopes }: { readonly scopes: readonly string[] }) {
  if (!scopes.includes('reports:write') && !scopes.includes('admin'))
    return <p role="alert">{words.report.mayNotWrite}</p>
  return (
    <>
      <LastSent />
      <Form key={report.typed.value.of?.reportId ?? ''} />
      <Mine />
      {scopes.some(scope => scope !== 'reports:write') ? (
        <p>
          <a href="/">{words.report.console}</a>
        </p>
      ) : null}
    </>
  )
}

function SignIn({ hasEnded }: { readonly hasEnded: boolean }) {
  const told = words.report.signIn
  const [key, setKey] = useState('')
  const [failure, setFailure] = useState('')
  const [provider, setProvider] = useState<string | null>(null)
  useEffect(() => {
    void suite
      .signInWays()
      .then(answer => setProvider(answer.kind === 'ok' ? answer.body.identityProvider : null))
  }, [])
  const submit = async (event: Event) => {
    event.preventDefault()
    setFailure(words.report.asking)
    setFailure(await signIn(key.trim()))
  }
  return (
    <form class="quest" onSubmit={submit}>
      <h2 class="strong">{told.title}</h2>
      <p role={hasEnded ? 'alert' : undefined}>{hasEnded ? told.ended : told.lead}</p>
      {provider === null ? null : (
        <a class="button primary" href="/sign-in/identity?to=/report">
          {told.withProvider(provider)}
        </a>
      )}
      <div class="field">
        <label for="key">{told.key}</label>
        <input
          id="key"
          type="password"
          autocomplete="off"
          spellcheck={false}
          required
          value={key}
          onInput={event => setKey(event.currentTarget.value)}
        />
        <p class="hint fine">{told.keyHow}</p>
      </div>
      <button type="submit" class="primary">
        {told.title}
      </button>
      <p role="status">{failure}</p>
    </form>
  )
}
