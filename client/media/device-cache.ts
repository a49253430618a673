import type { Device } from 'mediasoup-client/types'
import { forcedRtpExtensions } from './encoding.ts'
import { part } from '../wire/part.ts'
import { type Greeting, routerCapabilities } from './greeting.ts'

let chunk: Promise<typeof import('mediasoup-client')> | null = null
let loaded: Promise<Device> | null = null

/** Fetches the media code ahead of its use; harmless to repeat. */
export function preloadMedia(): Promise<typeof import('mediasoup-client')> {
  chunk ??= part(() => import('mediasoup-client'))
  return chunk
}

/** One device for the page's life: every media node has the same codecs, so it is loaded once. */
export function loadedDevice(capabilities: Greeting['rtpCapabilities']): Promise<Device> {
  loaded ??= load(capabilities)
  loaded.catch(() => {
    loaded = null
  })
  return loaded
}

async function load(capabilities: Greeting['rtpCapabilities']): Promise<Device> {
  const { Device } = await preloadMedia()
  const device = await Device.factory({ forcedRtpExtensions })
  await device.load({ routerRtpCapabilities: routerCapabilities(capabilities) })
  return device
}
