#pragma once
// Counts as bars, with the value under the pointer in words. Painted, no library: it has no zoom.

#include <QString>
#include <QVector>
#include <QWidget>

namespace aha {

struct HistogramData {
    QString name; ///< of what is counted, "tokens"
    double binWidth = 1;
    QVector<quint64> bins; ///< bin i counts [i · width, (i + 1) · width)
};

class Histogram : public QWidget {
    Q_OBJECT
public:
    explicit Histogram(QWidget* parent = nullptr);

    void setData(const HistogramData& data);
    /// "128 to 191 tokens: 412 rows"; "" outside.
    QString hint(int x) const;
    QSize sizeHint() const override { return { 320, 150 }; }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    QRect area() const;

    HistogramData m_data;
};

} // namespace aha
