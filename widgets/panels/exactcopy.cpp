#include "widgets/panels/exactcopy.h"

#include <QByteArray>
#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>

namespace aha {

void copyExactly(const QByteArray& bytes)
{
    auto* data = new QMimeData;
    data->setText(QString::fromUtf8(bytes));
    data->setData(QStringLiteral("application/octet-stream"), bytes);
    QGuiApplication::clipboard()->setMimeData(data);
}

} // namespace aha
