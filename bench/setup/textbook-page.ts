/** Runs in a browser: mediasoup-client used as its documentation shows, one step after another. */
import { Device, type types } from 'mediasoup-client'
import { io } from 'socket.io-client'

const socket = io({ transports: ['websocket'] })
const ask = <T>(name: string, input: object = {}): Promise<T> => socket.emitWithAck('ask', name, input)

async function loaded(): Promise<Device> {
  const device = new Device()
  await device.load({ routerRtpCapabilities: await ask<types.RtpCapabilities>('capabilities') })
  return device
}

async function openTransport(device: Device, direction: 'send' | 'recv'): Promise<types.Transport> {
  const options = await ask<types.TransportOptions>('createTransport')
  const transport =
    direction === 'send' ? device.createSendTransport(options) : device.createRecvTransport(options)
  transport.on('connect', ({ dtlsParameters }, done, failed) => {
    ask('connect', { transportId: transport.id, dtlsParameters }).then(() => done(), failed)
  })
  return transport
}

async function speak(device: Device, first: boolean): Promise<types.Transport> {
  const transport = await openTransport(device, 'send')
  transport.on('produce', ({ kind, rtpParameters }, done, failed) => {
    ask<{ id: string }>('produce', { transportId: transport.id, kind, rtpParameters, first }).then(
      done,
      failed,
    )
  })
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: true })
  const [track] = microphone.getAudioTracks()
  await transport.produce({ track })
  return transport
}

async function listen(device: Device): Promise<types.Transport> {
  const transport = await openTransport(device, 'recv')
  const { rtpCapabilities } = device
  const options = await ask<types.ConsumerOptions>('consume', { transportId: transport.id, rtpCapabilities })
  const consumer = await transport.consume(options)
  await ask('resume', { consumerId: consumer.id })
  const audio = document.createElement('audio')
  audio.srcObject = new MediaStream([consumer.track])
  document.body.append(audio)
  await audio.play()
  return transport
}

function button(name: string, work: () => Promise<void>): void {
  const made = document.createElement('button')
  made.textContent = name
  made.addEventListener('click', () => void work())
  document.body.append(made)
}

let open: types.Transport[] = []
button('Call', async () => {
  open.push(await speak(await loaded(), true))
  document.body.append('Calling')
})
button('Accept', async () => {
  const device = await loaded()
  open.push(await speak(device, false))
  open.push(await listen(device))
})
button('Hang up', async () => {
  for (const transport of open) transport.close()
  for (const audio of document.querySelectorAll('audio')) audio.remove()
  open = []
  await ask('leave')
})
