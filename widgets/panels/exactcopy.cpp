#include "widgets/panels/exactcopy.h"

#include <QByteArray>
#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>

namespace aha {

std::unique_ptr<QMimeData> exactMimeData(const QByteArray& bytes)
{
    auto data = std::make_unique<QMimeData>();
    data->setText(QString::fromUtf8(bytes));
    data->setData(QStringLiteral("application/octet-stream"), bytes);
    return data;
}

void copyExactly(const QByteArray& bytes) { QGuiApplication::clipboard()->setMimeData(exactMimeData(bytes).release()); }

} // namespace aha
