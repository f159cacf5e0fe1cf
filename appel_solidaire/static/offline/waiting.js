// Signed out: says that what was written is still here. Nothing is opened, only counted.
import * as vault from "./vault.js";

const place = document.getElementById("en-attente");
const count = (await vault.waiting()).filter((one) => one.state === "waits").length;
if (count) {
  place.textContent =
    count === 1
      ? "Votre compte rendu est à l’abri sur cet appareil : il part dès que vous vous reconnectez."
      : `${count} comptes rendus sont à l’abri sur cet appareil : ils partent dès que vous vous reconnectez.`;
  place.className = "notice ok";
}
