// Who has not signed in: at the identity provider, with a link from the terminal, or with a key,
// which is exchanged for a session and kept nowhere.

import { useEffect, useState } from 'preact/hooks'
import { suite } from '../../http/requests.ts'
import type { SignedIn } from '../../state/console-state.ts'
import { hasTyped } from '../../state/forms.ts'
import { begin } from '../../state/session.ts'
import { disarm, isLost } from '../../state/sound.ts'
import icon from '../../style/icon.svg'
import { words } from '../../words/words.ts'
import { Button } from '../parts/basics.tsx'

type Asked = Omit<Extract<SignedIn, { readonly kind: 'none' }>, 'kind'>

export function SignIn({ hasEnded, isAwaited }: Asked) {
  const [key, setKey] = useState('')
  const [told, setTold] = useState('')
  const [provider, setProvider] = useState<string | null>(null)
  const { signIn } = words
  const isTyped = hasTyped()
  useEffect(() => {
    void suite
      .signInWays()
      .then(answer => setProvider(answer.kind === 'ok' ? answer.body.identityProvider : null))
  }, [])
  const submit = async (event: Event) => {
    event.preventDefault()
    setTold(signIn.asking)
    const answer = await suite.signIn(key.trim())
    if (answer.kind === 'ok') {
      setKey('')
      await begin()
    } else setTold(answer.kind === 'unreachable' ? signIn.unreachable : signIn.refused)
  }
  return (
    <main class="sign-in card">
      <h1 class="in-line">
        <img src={icon} alt="" width="36" height="36" /> {words.product}
      </h1>
      <p role={hasEnded ? 'alert' : undefined}>{hasEnded ? signIn.ended : signIn.lead}</p>
      {isAwaited ? <p role="status">{signIn.awaited}</p> : null}
      {isLost.value ? (
        <p>
          {words.sound.lostHere} <Button onClick={disarm}>{words.sound.disarm}</Button>
        </p>
      ) : null}
      {provider === null ? null : (
        <a
          class="button primary"
          href={`/sign-in/identity?to=${encodeURIComponent(returnTo(location.pathname + location.search))}`}
          // Who leaves loses what was typed; and no page of another host gets a hold of this one.
          {...(isTyped ? { target: '_blank', rel: 'noopener' } : {})}
        >
          {signIn.withProvider(provider)}
        </a>
      )}
      {provider === null || !isTyped ? null : <p class="soft">{signIn.otherWindow}</p>}
      <form onSubmit={submit}>
        <h2>{signIn.withKey}</h2>
        <label for="key">{signIn.keyLabel}</label>
        <input
          id="key"
          type="password"
          autocomplete="off"
          spellcheck={false}
          required
          value={key}
          onInput={event => setKey(event.currentTarget.value)}
        />
        <button type="submit" class="primary">
          {signIn.title}
        </button>
        <p class="outcome" role="status">
          {told}
        </p>
        <p class="soft">{signIn.keyHow}</p>
      </form>
      <h2>{signIn.withLink}</h2>
      <p>{signIn.linkHow}</p>
      <pre class="excerpt breaks scrolls">{signIn.linkCommand(location.origin)}</pre>
      <h2>{signIn.forPrograms}</h2>
      <p>
        {signIn.forProgramsHow} <a href="/docs">{signIn.interfaceName}</a>.
      </p>
    </main>
  )
}

/** What the suite takes as a page to return to; an odd address returns to the first one. */
function returnTo(address: string): string {
  return /^\/(\?[A-Za-z0-9_.~%&=:+,*@!$()/-]*)?$/.test(address) && address.length <= 1000
    ? address
    : '/'
}
