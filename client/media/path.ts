type NetworkInformation = EventTarget & { type?: string }

/**
 * Tells when this machine's way into the network changed: back online, or from Wi-Fi to mobile data. `onHint`: it may
 * have, or merely its speed is estimated anew; where the kind of network is not told, that is all there is.
 */
export function watchPath(onChange: () => void, onHint: () => void): () => void {
  const network = (navigator as Navigator & { connection?: NetworkInformation }).connection
  let type = network?.type
  const onNetwork = () => {
    if (network?.type === type) return onHint()
    type = network?.type
    onChange()
  }
  addEventListener('online', onChange)
  network?.addEventListener('change', onNetwork)
  return () => {
    removeEventListener('online', onChange)
    network?.removeEventListener('change', onNetwork)
  }
}
