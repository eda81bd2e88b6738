// Stands in for the vendor's script: PortOne.requestPayment(request).
window.PortOne = {
  async requestPayment(request) {
    if (isOpen()) return { code: "INVALID_REQUEST", message: "a payment window is open already" };
    return openWindow(request, request.redirectUrl);
  },
};
