/** Vazirmatn, for the letters of Persian only; the rest of the panel keeps the system's fonts. */
import './persian.css'
