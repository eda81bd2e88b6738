// Stands in for the vendor's script: IMP.init, IMP.agency, and IMP.request_pay(params, callback).
let merchant = null;

window.IMP = {
  init(code) {
    merchant = code;
  },
  agency(code) {
    merchant = code;
  },
  request_pay(params, callback) {
    const refuse = (error_msg) =>
      callback?.({
        success: false, imp_success: false, imp_uid: null, merchant_uid: params.merchant_uid,
        error_code: "F400", error_msg,
      });
    if (merchant === null) return refuse("IMP.init has not been called");
    if (isOpen()) return refuse("a payment window is open already");
    openWindow(params, params.m_redirect_url).then((result) => callback?.(result));
  },
};
