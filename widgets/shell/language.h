#pragma once
// The language of the interface: chosen in the menu, read before there is a window.

#include <QString>
#include <QStringList>

class QCoreApplication;

namespace aha {

/// "zh_CN" or "en". `choice` is what is kept (system, en, zh_CN; anything else is system), `wanted` the languages of
/// the desktop in their order (QLocale::uiLanguages). Traditional script is not served by the simplified one.
QString interfaceLanguage(const QString& choice, const QStringList& wanted);
/// Translators of this program and, where it is installed, of Qt's own words. Before any window is made. False where
/// the language has none: English is in the code.
bool installLanguage(QCoreApplication& application, const QString& language);

} // namespace aha
