/**
 * One Opus packet of 20 ms for each of some steady tones, by its frequency in Hz, as Chromium's AudioEncoder makes it (32 kb/s, mono) of
 * a sine some time after its beginning. Each tone has a whole number of waves in 20 ms: the packet again and again is the tone.
 */
const packets = {
  1050: '+JzWe89tfYensWQcCcczE2bNwcp96hji70tbXyGzVg3X/x5a2x69U3R/tSe1PuECEhnonl0wJSlSfk8Tmx/A8REiyYsT6wRBmEjntZxgXs8=',
  1250: '+JzMUR78HFBhNFd9ENTChCu3iYPJgvfedNzI937S0T10KfZYCLZOAITe00mwoz0jTrGLkNb6DrNVk2zmeBrDr1u77x/jTYDrwW8i4HAcx8c=',
  1450: '+LI18o2CGsVil3DKiAK1vebFve8p2ztZnRM1EyvHBJ/jzzOGKIZUfxXNiSeGM9Xxa5zZNeBMe+tXQZOE0MZCEsK+5KIXSmHm2o14yz16k0I=',
  1650: '+LIwQ4t8MZB6iq3vVSDT3G9FuluOvRWTrqc6DzJdWbOqtx2WVF/bYFzq3B632vm29eb6QGkN+U+Kcp0POi7vw4ENYhSFR8uo8xUAypc9+5g=',
  1850: '+PKHJofQ2wF1wrcXiZbVu4pbHLG4WUy/6KbH//PtJwJflGXXNnFEDxPGLFh8YjJ/lL/jLCGe/hT9TXzR7eMP1zub41VyjNCzljvlBjff/cE=',
  2050: '+PJ9VIBYPI1l7AxW3/GWwr7+9zcuZpLnXFq//Jc1pHwPZxiIfn7T+eOR5G2FVStx8EJWnUYoydL8NEd/ru4xU8UXhPbE8S00Rs6mUiKAHcE=',
  2250: '+LKHlr1fgkqYTBUGlX9IgzoXhqYScpDbOt+N9ff1z4+mqte73b9qg6XdfpvDUlMgkKyLu4U9WVa+gpr1vj0sUJUX/Qn0QLb1pNKVvJblPYE=',
  2450: '+MgETXIbHrQwfVYP4oKlBLC5Hd5YwC1SKmXeAWicA5JFZEHMJ0h+6MD9LNZQPbTWcR7hiQlAgCpAwKI4E3tN/1Xj43hBmoJyp83Hmn41cwo=',
}
export type Tone = keyof typeof packets

export const codedTone = (hz: Tone): Buffer => Buffer.from(packets[hz], 'base64')
