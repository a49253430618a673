import sharp from 'sharp'

/** Above this a picture is a file without preview: decoding it would cost gigabytes (50,000 × 50,000 is 10 GB). */
const MAX_PIXELS = 50_000_000
const SIDE = 640

// One picture of 50 megapixels at a time takes all the memory we want to spend; nothing is worth caching.
sharp.cache(false)
sharp.concurrency(1)

/** A small WebP of the picture, and the picture's own size as shown; null when it cannot or should not be decoded. */
export async function makePreview(
  file: string,
): Promise<{ width: number; height: number; preview: Buffer } | null> {
  try {
    const image = sharp(file, { limitInputPixels: MAX_PIXELS, failOn: 'error', sequentialRead: true })
    const { width, height } = (await image.metadata()).autoOrient
    const preview = await image
      .autoOrient()
      .resize({ width: SIDE, height: SIDE, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80 })
      .timeout({ seconds: 10 })
      .toBuffer()
    return { width, height, preview }
  } catch {
    // sharp tells faults of the file by plain errors; whatever it is, the file goes on without a preview.
    return null
  }
}
