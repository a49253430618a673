import { Component, type ReactNode } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import { Button } from '../ui/button.tsx'
import { Parts } from '../ui/lazy-part.tsx'

type Props = {
  /** The address: another page is another attempt. */
  at: string
  /** Drawn until the page's code is there. */
  waiting: ReactNode
  children: ReactNode
}

/** What breaks in a page stays in its place: the rest of the desk, and above all the call, goes on. */
export class PageBoundary extends Component<Props, { broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError() {
    return { broken: true }
  }

  override componentDidUpdate({ at }: Props) {
    if (at !== this.props.at && this.state.broken) this.setState({ broken: false })
  }

  override render() {
    const { waiting, children } = this.props
    if (this.state.broken) return <Broken again={() => this.setState({ broken: false })} />
    return <Parts waiting={waiting}>{children}</Parts>
  }
}

function Broken({ again }: { again: () => void }) {
  const { t } = useI18n()
  return (
    <main className="page">
      <h1>{t('desk.pageBroken')}</h1>
      <p className="page-notice" role="alert">
        <span>{t('desk.pageBrokenWhy')}</span>
        <Button onClick={again}>{t('common.tryAgain')}</Button>
      </p>
    </main>
  )
}
