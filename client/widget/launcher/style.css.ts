/** Screens that the panel fills: beside the page there is no room for it. A phone that lies on its side is one, too. */
export const FILLED = '(max-width:479px),(max-height:479px)'

/** The launcher's own style; in a constructed sheet, which a strict page policy allows. Lengths in px: `rem` is the shop's. */
export const css = `
:host{color-scheme:light}
.button{position:fixed;bottom:20px;inset-inline-end:20px;box-sizing:border-box;display:flex;align-items:center;justify-content:center;
width:56px;height:56px;padding:0;border:0;border-radius:16px 16px 4px 16px;background:var(--a);color:var(--on);cursor:pointer;
box-shadow:0 4px 16px rgb(24 31 40/22%),0 1px 3px rgb(24 31 40/16%);transition:filter .12s;touch-action:manipulation}
[dir=rtl] .button{border-radius:16px 16px 16px 4px}
.button:hover{filter:brightness(.92)}
.button:focus-visible{outline:3px solid #285cc2;outline-offset:2px;box-shadow:0 0 0 2px #fff}
.button svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
.badge{position:absolute;top:-6px;inset-inline-end:-6px;box-sizing:border-box;min-width:22px;height:22px;padding:0 6px;border-radius:11px;
border:2px solid #fff;background:#f0b135;color:#382409;font:650 12px/18px system-ui,sans-serif;text-align:center}
.badge:empty{display:none}
iframe,.away{position:fixed;bottom:88px;inset-inline-end:20px;border-radius:12px;background:#fff;
box-shadow:0 0 0 1px rgb(128 128 128/28%),0 12px 40px rgb(24 31 40/22%)}
iframe{box-sizing:border-box;width:380px;height:640px;max-height:calc(100% - 104px);border:0;color-scheme:normal;
transform-origin:bottom;transition:opacity .2s cubic-bezier(.2,0,0,1),transform .2s cubic-bezier(.2,0,0,1),visibility .2s}
.away{margin:0;padding:12px 16px;color:rgb(24 31 40);font:15px/1.5 system-ui,sans-serif}
.root:not(.open) .away{display:none}
.root:not(.open) iframe{visibility:hidden;opacity:0;transform:translateY(12px)}
@media${FILLED}{
iframe{inset:0;width:100%;height:100%;max-height:none;border:0;border-radius:0}
.root.open iframe~.button{visibility:hidden}
}
@media(prefers-reduced-motion:reduce){iframe,.button{transition:none}.root:not(.open) iframe{transform:none}}
@media(prefers-color-scheme:dark){iframe,.away{background:#171c22}.away{color:#efece8}}
@media print{.root{display:none}}
`
